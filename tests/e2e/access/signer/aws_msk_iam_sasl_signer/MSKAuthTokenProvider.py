"""Whom does a token name, and until when? Said as JSON, signed by nobody, and written down."""  # noqa: N999 - Amazon's name

import json
import os
import time
from base64 import urlsafe_b64encode
from pathlib import Path

from botocore.credentials import CredentialProvider
from botocore.exceptions import CredentialRetrievalError

TOKEN_SECONDS = 5.0


def generate_auth_token_from_credentials_provider(
    region: str, provider: CredentialProvider
) -> tuple[str, float]:
    """Give a token to the access key; the fourth time AWS gives no answer."""
    given = Path(os.environ["FAKE_SIGNER_GIVEN"])
    with given.open("a") as record:
        record.write(f"{region}\n")
    if len(given.read_text().splitlines()) == 4:
        raise CredentialRetrievalError(provider="fake", error_msg="no answer")
    now = time.time()
    claims = {"sub": provider.load().access_key, "iat": now, "exp": now + TOKEN_SECONDS}
    token = f"{_part({'alg': 'none'})}.{_part(claims)}."
    return token, (now + TOKEN_SECONDS) * 1000


def _part(content: dict[str, object]) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
