"""How does a client prove to Amazon MSK which AWS role it has, for as long as it runs?"""

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

from botocore.credentials import CredentialProvider, Credentials
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from botocore.session import Session

from access.sign_in import NoToken, SignInMisconfigured

log = logging.getLogger("turnstream.kafka")

PAUSES_SECONDS = (0.3, 1.0, 2.0)
"""Between attempts to get one token. A client asks again after 10 s, long before the last ends."""

TokenSource = Callable[[str], tuple[str, float]]
"""What the client calls for a token and the moment, in seconds since 1970, at which it ends."""


def token_source(
    pauses: Sequence[float] = PAUSES_SECONDS, sleep: Callable[[float], None] = time.sleep
) -> TokenSource:
    """Return a source that has given a token already; raises what `sign_in` raises."""
    signer, session = _signer(), Session()
    region, role = _region(session), RoleOfTheProcess(session)

    def token(_: str) -> tuple[str, float]:
        """Called at four fifths of a token's life, on a thread of the client."""
        for pause in pauses:
            try:
                return _signed(signer, region, role)
            except NoToken as error:
                log.warning("AWS gives no token for Kafka", extra={"reason": str(error)})
            sleep(pause)
        return _signed(signer, region, role)

    token("")
    return token


class RoleOfTheProcess(CredentialProvider):
    """Keys from the AWS chain, which renews them when they are about to expire."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)

    def load(self) -> Credentials:
        """Return the keys of this moment; raises `NoCredentialsError`."""
        credentials = self.session.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        frozen = credentials.get_frozen_credentials()
        return Credentials(frozen.access_key or "", frozen.secret_key or "", frozen.token)


def _signer() -> ModuleType:
    try:
        return import_module("aws_msk_iam_sasl_signer.MSKAuthTokenProvider")
    except ImportError as error:
        raise SignInMisconfigured(
            "TURNSTREAM_KAFKA__AUTH=msk-iam needs the extra 'aws' of this package"
        ) from error


def _region(session: Session) -> str:
    # botocore alone among the AWS clients knows only AWS_DEFAULT_REGION.
    region = os.environ.get("AWS_REGION") or session.get_config_variable("region")
    if not region:
        raise SignInMisconfigured("TURNSTREAM_KAFKA__AUTH=msk-iam needs AWS_REGION")
    return str(region)


def _signed(signer: ModuleType, region: str, role: RoleOfTheProcess) -> tuple[str, float]:
    with _no_token():
        token, ends_ms = signer.generate_auth_token_from_credentials_provider(region, role)
    return str(token), float(ends_ms) / 1000


@contextmanager
def _no_token() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError, OSError, ValueError) as error:
        raise NoToken(f"AWS gives no credentials to sign in to Kafka with: {error}") from error
