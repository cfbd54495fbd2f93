"""How does a Kafka client say who it is?"""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

Auth = Literal["properties", "msk-iam"]
"""`properties`: as librdkafka's own say; `msk-iam`: with the AWS role, at Amazon MSK."""

ClientProperties = dict[str, str | Callable[[str], tuple[str, float]]]


class SignInMisconfigured(Exception):
    """Nobody could sign in this way here; the message says what to install or to set."""


class NoToken(Exception):
    """AWS gave no credentials to sign in with; later it may."""


def sign_in(auth: Auth) -> ClientProperties:
    """Return what goes over all other properties of a client.

    Raises `SignInMisconfigured`, and `NoToken` when AWS gives no credentials now.
    """
    if auth == "properties":
        return {}
    from access.msk_iam import token_source  # botocore takes half a second

    return {
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "OAUTHBEARER",
        "oauth_cb": token_source(),
    }


def contradictions(auth: Auth, properties: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each property that says something else than `auth`."""
    if auth == "properties":
        return
    for name in sorted(properties):
        if name == "security.protocol" or name.startswith("sasl."):
            yield f"{name}: TURNSTREAM_KAFKA__AUTH={auth} says how to sign in"
