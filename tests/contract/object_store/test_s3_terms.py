"""Does every request say how to encrypt and whose the bucket must be, as the settings ask?

MinIO encrypts, so it is asked what it did. It knows no owners of buckets: there, what would be sent
to AWS is looked at instead.
"""

from collections.abc import Iterator
from contextlib import closing

import pytest
from botocore.awsrequest import AWSPreparedRequest

from access.bucket_terms import BucketTerms, Sse
from consumer.adapters.object_store.s3 import S3ObjectStore
from consumer.adapters.object_store.s3_client import S3Options, connect
from consumer.adapters.object_store.s3_courier import Courier
from schemas.uri import ObjectUri
from tests.contract.object_store.s3_clients import CARRIERS, Carrier
from tests.contract.object_store.suite import JSON
from tests.stack.minio import KMS_KEY
from tests.stack.object_server import ObjectServer

pytestmark = pytest.mark.s3

OWNER = "111122223333"
CONTENT = b"who spoke when"


@pytest.fixture(autouse=True)
def _environment(minio: ObjectServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a worker has it."""
    for name, value in minio.environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def place(minio: ObjectServer) -> ObjectUri:
    return ObjectUri("s3", minio.new_bucket("terms"), "result.json")


def write(place: ObjectUri, terms: BucketTerms, carrier: Carrier) -> None:
    """Let one of the two write it, and nobody stand behind."""
    access = connect(S3Options(terms=terms))
    with closing(S3ObjectStore(access.client)) as by_boto3:
        if carrier == "obstore":
            assert Courier(access).put(place, CONTENT, JSON)
        else:
            by_boto3.create(place, CONTENT, JSON)


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize(("sse", "key"), [("AES256", None), ("aws:kms", KMS_KEY)])
def test_what_is_written_is_encrypted_as_asked_and_read_as_ever(
    minio: ObjectServer, place: ObjectUri, carrier: Carrier, sse: Sse, key: str | None
) -> None:
    write(place, BucketTerms(sse, key), carrier)

    head = minio.client().head_object(Bucket=place.bucket, Key=place.key)
    assert head["ServerSideEncryption"] == sse
    assert head.get("SSEKMSKeyId", "").removeprefix("arn:aws:kms:") == (key or "")
    with closing(S3ObjectStore.connected(S3Options())) as plain:
        assert plain.read(place, 100) == CONTENT


@pytest.mark.parametrize("carrier", CARRIERS)
def test_without_the_setting_nothing_is_encrypted(
    minio: ObjectServer, place: ObjectUri, carrier: Carrier
) -> None:
    write(place, BucketTerms(), carrier)

    head = minio.client().head_object(Bucket=place.bucket, Key=place.key)
    assert "ServerSideEncryption" not in head


@pytest.fixture
def sent() -> list[AWSPreparedRequest]:
    return []


@pytest.fixture
def owned(sent: list[AWSPreparedRequest]) -> Iterator[S3ObjectStore]:
    """A store that insists on an owner; its requests are kept, and fail."""

    def keep(request: AWSPreparedRequest, **_: object) -> None:
        sent.append(request)
        raise OSError("not sent")

    options = S3Options(terms=BucketTerms(expected_bucket_owner=OWNER))
    store = S3ObjectStore.connected(options, lambda _: None)
    store._client.meta.events.register("before-send.s3", keep)
    yield store
    store.close()


def test_reads_and_writes_insist_on_the_owner_in_what_is_signed(
    owned: S3ObjectStore, sent: list[AWSPreparedRequest], place: ObjectUri
) -> None:
    with pytest.raises(OSError, match="not sent"):
        owned.read(place, 100)
    with pytest.raises(OSError, match="not sent"):
        owned.create(place, CONTENT, JSON)

    assert {request.method for request in sent} == {"GET", "PUT"}
    for request in sent:
        assert request.headers["x-amz-expected-bucket-owner"] in {OWNER, OWNER.encode()}
        assert b"x-amz-expected-bucket-owner" in request.headers["Authorization"]


def test_who_insists_on_an_owner_is_served_as_ever(place: ObjectUri) -> None:
    options = S3Options(terms=BucketTerms(expected_bucket_owner=OWNER))
    with closing(S3ObjectStore.connected(options)) as store:
        store.create(place, CONTENT, JSON)

        assert store.read(place, 100) == CONTENT
