"""How does a test reach an S3 server: as the worker does, as nobody, or behind its back?"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from consumer.adapters.object_store.s3 import S3ObjectStore
from consumer.adapters.object_store.s3_client import S3Options, connect
from schemas.uri import ObjectUri
from tests.stack.object_server import ObjectServer


@contextmanager
def store_of(
    server: ObjectServer,
    endpoint: str | None = None,
    environment: Mapping[str, str] | None = None,
    conditional_create: bool = True,
) -> Iterator[S3ObjectStore]:
    """Connect with the credentials in the environment; what is waited is not slept."""
    options = S3Options(endpoint=endpoint or server.endpoint, region=server.region)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**server.environment, **(environment or {})}.items():
            patch.setenv(name, value)
        store = S3ObjectStore(connect(options), lambda _seconds: None, conditional_create)
    yield store
    store.close()


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
