"""How does a test reach an S3 server: as the worker does, as nobody, or behind its back?"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

import pytest

from consumer.adapters.object_store.s3 import S3ObjectStore
from consumer.adapters.object_store.s3_client import S3Options, connect
from schemas.uri import ObjectUri
from tests.stack.object_server import ObjectServer

Carrier = Literal["boto3", "obstore"]
CARRIERS: tuple[Carrier, ...] = ("boto3", "obstore")
"""Who is asked first; behind obstore stands boto3."""


@contextmanager
def store_of(
    server: ObjectServer,
    endpoint: str | None = None,
    environment: Mapping[str, str] | None = None,
    conditional_create: bool = True,
    carrier: Carrier = "obstore",
) -> Iterator[S3ObjectStore]:
    """Connect with the credentials in the environment; what is waited is not slept."""
    options = S3Options(
        endpoint=endpoint or server.endpoint,
        region=server.region,
        conditional_create=conditional_create,
    )
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**server.environment, **(environment or {})}.items():
            patch.setenv(name, value)
        store = _connected(options, carrier)
    yield store
    store.close()


def _connected(options: S3Options, carrier: Carrier) -> S3ObjectStore:
    if carrier == "obstore":
        return S3ObjectStore.connected(options, _hasten)
    return S3ObjectStore(connect(options).client, _hasten, options.conditional_create)


def _hasten(_seconds: float) -> None:
    """Do not wait."""


@contextmanager
def anonymous(server: ObjectServer, conditional_create: bool = True) -> Iterator[S3ObjectStore]:
    """Connect as nobody."""
    import boto3
    from botocore import UNSIGNED
    from botocore.config import Config

    client = boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        region_name=server.region,
        config=Config(signature_version=UNSIGNED),
    )
    yield S3ObjectStore(client, conditional_create=conditional_create)
    client.close()


def overwrite(server: ObjectServer, uri: ObjectUri, content: bytes) -> str | None:
    """Store a new version with a client that is not ours; return its id."""
    answer = server.client().put_object(Bucket=uri.bucket, Key=uri.key, Body=content)
    return answer.get("VersionId")
