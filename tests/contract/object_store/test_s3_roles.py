"""Does a worker that has a role, and no keys, go on when the keys of the role are renewed?

A web identity, as Kubernetes gives to pods: a token in a file, which a service exchanges for keys
that end. The keys are MinIO's own, for a session; the service is played here, and its keys end
within the minutes in which AWS clients ask for new ones.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import boto3
import pytest

from consumer.adapters.object_store import s3_buckets
from consumer.adapters.object_store.s3 import S3ObjectStore
from consumer.adapters.object_store.s3_client import S3Options
from schemas.uri import ObjectUri
from tests.contract.object_store.suite import JSON
from tests.stack.object_server import ObjectServer
from tests.stack.ports import HOST

pytestmark = pytest.mark.s3

ROLE = "arn:aws:iam::111122223333:role/worker"
KEYS_LAST = timedelta(minutes=1)
"""So little that an AWS client asks for new ones each time."""
_ANSWER = """\
<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>{AccessKeyId}</AccessKeyId>
<SecretAccessKey>{SecretAccessKey}</SecretAccessKey><SessionToken>{SessionToken}</SessionToken>
<Expiration>{ends}</Expiration></Credentials></AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>"""


@dataclass(slots=True)
class TokenService:
    """Exchanges tokens for keys of a store."""

    store: ObjectServer
    tokens: list[str] = field(default_factory=list)
    """What it was shown, in order."""

    def answer(self, token: str) -> bytes:
        self.tokens.append(token)
        ends = (datetime.now(UTC) + KEYS_LAST).strftime("%Y-%m-%dT%H:%M:%SZ")
        return _ANSWER.format(**session_of(self.store), ends=ends).encode()


class _Exchange(BaseHTTPRequestHandler):
    server: "_Exchanges"

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        assert form["RoleArn"] == [ROLE]
        body = self.server.service.answer(form["WebIdentityToken"][0])
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Exchanges(HTTPServer):
    def __init__(self, service: TokenService) -> None:
        super().__init__((HOST, 0), _Exchange)
        self.service = service


def session_of(store: ObjectServer, policy: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Keys that are good with their session token alone, and for what the policy allows."""
    limits = {"Policy": json.dumps(policy)} if policy else {}
    with closing(
        boto3.client(
            "sts",
            endpoint_url=store.endpoint,
            aws_access_key_id=store.access_key,
            aws_secret_access_key=store.secret_key,
            region_name=store.region,
        )
    ) as sts:
        answer = sts.assume_role(
            RoleArn="arn:minio:iam:::role/worker", RoleSessionName="worker", **limits
        )
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
    return {name: answer["Credentials"][name] for name in names}


@contextmanager
def serving(service: TokenService) -> Iterator[str]:
    server = _Exchanges(service)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://{HOST}:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text("first token")
    return file


@pytest.fixture
def service(
    minio: ObjectServer, token_file: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TokenService]:
    """The environment of a pod that has a role."""
    service = TokenService(minio)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    with serving(service) as endpoint:
        for name, value in {
            "AWS_ENDPOINT_URL_S3": minio.endpoint,
            "AWS_ENDPOINT_URL_STS": endpoint,
            "AWS_REGION": minio.region,
            "AWS_DEFAULT_REGION": minio.region,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_ROLE_ARN": ROLE,
            "AWS_WEB_IDENTITY_TOKEN_FILE": str(token_file),
        }.items():
            monkeypatch.setenv(name, value)
        yield service


def test_keys_are_renewed_with_the_token_of_that_moment(
    service: TokenService, minio: ObjectServer, token_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_buckets, "CREDENTIALS_LAST", timedelta(0))  # else a minute passes
    place = ObjectUri("s3", minio.new_bucket("roles"), "result.json")
    store = S3ObjectStore.connected(S3Options())

    store.create(place, b"who spoke when", JSON)
    token_file.write_text("second token")

    assert store.read(place, 100) == b"who spoke when"
    assert set(service.tokens) == {"first token", "second token"}
    store.close()
