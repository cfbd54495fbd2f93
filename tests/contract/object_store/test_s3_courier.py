"""Does obstore carry ordinary jobs by itself, and step back where it should?"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, cast

import pytest

from consumer.adapters.object_store.s3 import S3ObjectStore
from consumer.adapters.object_store.s3_client import AddressingStyle, S3Options, connect
from consumer.adapters.object_store.s3_courier import PATIENCE, Courier
from consumer.core.errors import ObjectNotFound
from schemas.uri import ObjectUri
from tests.contract.object_store.link import Link, refusal
from tests.contract.object_store.s3_clients import overwrite, store_of
from tests.contract.object_store.suite import JSON, LARGE
from tests.stack.object_server import ObjectServer

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

pytestmark = pytest.mark.s3

THREADS = 4


class Unasked:
    """Stands where boto3's client would, and has no method to be asked by."""


@pytest.fixture(autouse=True)
def _environment(object_server: ObjectServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a worker has it: obstore reads it too."""
    for name, value in object_server.environment.items():
        monkeypatch.setenv(name, value)


def alone(options: S3Options) -> S3ObjectStore:
    """A store in which nobody stands behind obstore."""
    return S3ObjectStore(cast("S3Client", Unasked()), courier=Courier(connect(options)))


@pytest.fixture
def by_obstore() -> S3ObjectStore:
    return alone(S3Options())


def serve_a_job(store: S3ObjectStore, audio: ObjectUri, number: int) -> None:
    """What a worker asks of a store for one job."""
    result = ObjectUri("s3", audio.bucket, f"results/{number}.json")
    with store.open(audio) as opened:
        with pytest.raises(ObjectNotFound, match="results"):
            store.read(result, 100)
        assert sum(map(len, opened.chunks())) == opened.identity.size_bytes
    store.create(result, b"who spoke when", JSON)


@pytest.mark.parametrize("style", ["auto", "path"])
@pytest.mark.parametrize("named", [False, True], ids=["by environment", "by option"])
def test_an_ordinary_job_is_carried_without_boto3(
    object_server: ObjectServer, uri: ObjectUri, style: AddressingStyle, named: bool
) -> None:
    overwrite(object_server, uri, LARGE)
    endpoint = object_server.endpoint if named else None

    serve_a_job(alone(S3Options(endpoint, addressing_style=style)), uri, 1)


def test_versions_are_carried_without_boto3(
    object_server: ObjectServer, by_obstore: S3ObjectStore, versioned: ObjectUri
) -> None:
    older = overwrite(object_server, versioned, b"one")
    newer = overwrite(object_server, versioned, b"two")

    for version_id, content in ((older, b"one"), (newer, b"two")):
        with by_obstore.open(versioned, version_id) as opened:
            assert opened.identity.version_id == version_id
            assert b"".join(opened.chunks()) == content


@pytest.mark.parametrize("key", ["a//b", "/a", "a/", "<Code>NoSuchKey</Code>"])
def test_a_key_that_obstore_would_take_for_another_is_not_asked_for(
    link: Link, bucket: str, key: str
) -> None:
    uri = ObjectUri("s3", bucket, key)
    courier = Courier(connect(S3Options(link.endpoint)))

    assert courier.get(uri, {"Bucket": bucket, "Key": key}) is None
    assert courier.put(uri, b"", JSON) is None
    assert link.connections == 0


def test_a_bucket_that_boto3_alone_can_serve_is_left_to_it(
    object_server: ObjectServer, link: Link, uri: ObjectUri, caplog: pytest.LogCaptureFixture
) -> None:
    link.answers.extend([refusal(301, "PermanentRedirect")] * 2 * PATIENCE)
    client = connect(S3Options(object_server.endpoint)).client
    store = S3ObjectStore(client, courier=Courier(connect(S3Options(link.endpoint))))
    store.create(uri, b"hello", JSON)

    for _ in range(PATIENCE + 10):
        assert store.read(uri, 100) == b"hello"

    assert link.connections == PATIENCE
    assert [record.message for record in caplog.records] == ["boto3 alone serves this bucket"]


def test_an_outage_does_not_count_against_obstore(
    object_server: ObjectServer, link: Link, uri: ObjectUri
) -> None:
    overwrite(object_server, uri, b"hello")
    courier = Courier(connect(S3Options(link.endpoint)))
    link.answers.extend([refusal(503, "SlowDown")] * 2 * PATIENCE)
    for _ in range(2 * PATIENCE):
        assert courier.get(uri, {"Bucket": uri.bucket, "Key": uri.key}) is None

    assert courier.get(uri, {"Bucket": uri.bucket, "Key": uri.key}) is not None


def test_descriptors_and_threads_do_not_grow_with_jobs(
    object_server: ObjectServer, uri: ObjectUri, pool: Callable[[range, S3ObjectStore], None]
) -> None:
    overwrite(object_server, uri, LARGE[: 1 << 20])
    with store_of(object_server) as store:
        pool(range(40), store)
        before = descriptors_and_threads()

        pool(range(40, 200), store)

    descriptors, threads = descriptors_and_threads()
    # A thread reads a result while its audio is open: the first jobs need not have met at once.
    assert descriptors < before[0] + 2 * THREADS
    assert threads <= before[1]


@pytest.fixture
def pool(uri: ObjectUri) -> Iterator[Callable[[range, S3ObjectStore], None]]:
    with ThreadPoolExecutor(THREADS) as threads:

        def serve(numbers: range, store: S3ObjectStore) -> None:
            for _ in threads.map(lambda number: serve_a_job(store, uri, number), numbers):
                pass  # an error of a thread is raised here

        yield serve


def descriptors_and_threads() -> tuple[int, int]:
    return len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))
