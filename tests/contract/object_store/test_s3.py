"""Does the S3 adapter keep its promises on real servers?"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from botocore import auth

from consumer.adapters.object_store.s3 import S3ObjectStore
from consumer.adapters.object_store.s3_client import S3Options
from consumer.core.errors import ObjectForbidden, ObjectNotFound, StorageUnavailable
from schemas.uri import ObjectUri
from tests.contract.object_store.s3_clients import anonymous, overwrite, store_of
from tests.contract.object_store.suite import JSON, ObjectStoreContract, World
from tests.stack.object_server import ObjectServer

pytestmark = pytest.mark.s3


class TestS3(ObjectStoreContract):
    @pytest.fixture
    def world(self, object_server: ObjectServer, s3: S3ObjectStore, bucket: str) -> Iterator[World]:
        with anonymous(object_server) as intruder:
            yield World(
                store=s3,
                intruder=intruder,
                uri=lambda key: ObjectUri("s3", bucket, key),
                nowhere=ObjectUri("s3", "no-such-bucket", "a.wav"),
                replace=lambda uri, content: overwrite(object_server, uri, content),
            )


def test_opens_the_version_asked_for(
    object_server: ObjectServer, s3: S3ObjectStore, versioned: ObjectUri
) -> None:
    older = overwrite(object_server, versioned, b"one")
    newer = overwrite(object_server, versioned, b"three")

    with s3.open(versioned, older) as opened:
        assert opened.identity.version_id == older
        assert b"".join(opened.chunks()) == b"one"
    with s3.open(versioned) as opened:
        assert opened.identity.version_id == newer


def test_a_deletion_is_no_version(
    object_server: ObjectServer, s3: S3ObjectStore, versioned: ObjectUri
) -> None:
    client = object_server.client()
    overwrite(object_server, versioned, b"one")
    marker = client.delete_object(Bucket=versioned.bucket, Key=versioned.key)["VersionId"]

    with pytest.raises(ObjectNotFound), s3.open(versioned, marker):
        pass


@pytest.mark.parametrize(
    ("name", "value"),
    [("AWS_SECRET_ACCESS_KEY", "0123456789abcdef"), ("AWS_ACCESS_KEY_ID", "nobody-we-know")],
)
def test_wrong_credentials_are_an_outage_and_stay_unsaid(
    object_server: ObjectServer, uri: ObjectUri, name: str, value: str
) -> None:
    with (
        store_of(object_server, environment={name: value}) as store,
        pytest.raises(StorageUnavailable) as raised,
    ):
        store.read(uri, 100)

    assert raised.value.everybody
    told = f"{raised.value} {raised.value.__cause__}"
    assert value not in told
    assert object_server.access_key not in told
    assert object_server.secret_key not in told


def test_a_clock_that_is_wrong_is_an_outage_of_everybodys(
    object_server: ObjectServer, uri: ObjectUri, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only boto3's clock can be set by a test; what obstore is refused, boto3 is asked for again.
    tomorrow = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)
    monkeypatch.setattr(auth, "get_current_datetime", lambda *_, **__: tomorrow)

    with (
        store_of(object_server, carrier="boto3") as store,
        pytest.raises(StorageUnavailable) as raised,
    ):
        store.read(uri, 100)

    assert raised.value.everybody


def test_finds_the_store_by_the_environment_alone(
    object_server: ObjectServer, uri: ObjectUri
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in object_server.environment.items():
            patch.setenv(name, value)
        store = S3ObjectStore.connected(S3Options())

    store.create(uri, b"hello", JSON)

    assert store.read(uri, 100) == b"hello"
    store.close()


def test_a_folder_is_not_the_object_of_its_name(s3: S3ObjectStore, bucket: str) -> None:
    with suppress(ObjectForbidden):  # not every store has folders
        s3.create(ObjectUri("s3", bucket, "folder/"), b"", JSON)

    with pytest.raises(ObjectNotFound):
        s3.read(ObjectUri("s3", bucket, "folder"), 100)


def test_a_body_that_calls_itself_compressed_stays_as_it_is(
    object_server: ObjectServer, s3: S3ObjectStore, uri: ObjectUri
) -> None:
    object_server.client().put_object(
        Bucket=uri.bucket, Key=uri.key, Body=b"not gzip at all", ContentEncoding="gzip"
    )

    assert s3.read(uri, 100) == b"not gzip at all"


def test_a_key_that_the_store_does_not_take_is_forbidden(s3: S3ObjectStore, bucket: str) -> None:
    uri = ObjectUri("s3", bucket, "k" * 1000)

    with pytest.raises(ObjectForbidden):
        s3.create(uri, b"", JSON)
    with pytest.raises(ObjectForbidden):
        s3.read(uri, 100)
