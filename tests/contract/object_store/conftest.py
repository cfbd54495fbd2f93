"""What do the tests of the S3 adapter share?"""

from collections.abc import Iterator

import pytest

from consumer.adapters.object_store.s3 import S3ObjectStore
from schemas.uri import ObjectUri
from tests.contract.object_store.link import Link, linked
from tests.contract.object_store.s3_clients import CARRIERS, Carrier, store_of
from tests.stack.object_server import ObjectServer


@pytest.fixture(scope="module", params=CARRIERS)
def carrier(request: pytest.FixtureRequest) -> Carrier:
    """Each way of moving bytes in turn."""
    carrier: Carrier = request.param
    return carrier


@pytest.fixture(scope="module")
def s3(object_server: ObjectServer, carrier: Carrier) -> Iterator[S3ObjectStore]:
    """The worker's own client of the server."""
    with store_of(object_server, carrier=carrier) as store:
        yield store


@pytest.fixture
def bucket(object_server: ObjectServer) -> str:
    return object_server.new_bucket("contract")


@pytest.fixture
def uri(bucket: str) -> ObjectUri:
    return ObjectUri("s3", bucket, "2026/call 1.wav")


@pytest.fixture
def link(object_server: ObjectServer) -> Iterator[Link]:
    with linked(object_server.port) as link:
        yield link


@pytest.fixture
def shaky(object_server: ObjectServer, carrier: Carrier, link: Link) -> Iterator[S3ObjectStore]:
    """The same store, reached over the link."""
    with store_of(object_server, link.endpoint, carrier=carrier) as store:
        yield store


@pytest.fixture
def versioned(object_server: ObjectServer, uri: ObjectUri) -> ObjectUri:
    object_server.client().put_bucket_versioning(
        Bucket=uri.bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    return uri
