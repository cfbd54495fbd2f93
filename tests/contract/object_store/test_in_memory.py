"""Does the fake keep the promises of the real stores, and fail as they do?"""

import pytest

from consumer.core.errors import BucketNotFound, ObjectChanged, ObjectNotFound, StorageUnavailable
from schemas.uri import ObjectUri
from tests.contract.object_store.suite import LARGE, ObjectStoreContract, World
from tests.fakes.object_store import InMemoryObjectStore

URI = ObjectUri("s3", "calls", "a.wav")


@pytest.fixture
def store() -> InMemoryObjectStore:
    return InMemoryObjectStore({"calls"})


class TestInMemory(ObjectStoreContract):
    @pytest.fixture
    def world(self, store: InMemoryObjectStore) -> World:
        intruder = InMemoryObjectStore({"calls"})
        for key in ("private.wav", "new"):
            intruder.forbid(ObjectUri("s3", "calls", key))
        return World(
            store=store,
            intruder=intruder,
            uri=lambda key: ObjectUri("s3", "calls", key),
            nowhere=ObjectUri("s3", "no-such-bucket", "a.wav"),
            replace=store.put,
        )


def test_an_older_version_stays_readable(store: InMemoryObjectStore) -> None:
    older = store.put(URI, b"one")
    store.put(URI, b"two")

    with store.open(URI, older.identity.version_id) as opened:
        assert opened.identity == older.identity
        assert b"".join(opened.chunks()) == b"one"


def test_fails_as_often_as_it_was_told_to(store: InMemoryObjectStore) -> None:
    store.put(URI, b"one")
    store.fail_next(StorageUnavailable("down"), BucketNotFound("gone"))

    with pytest.raises(StorageUnavailable):
        store.read(URI, 100)
    with pytest.raises(BucketNotFound):
        store.read(URI, 100)
    assert store.read(URI, 100) == b"one"


def test_a_link_that_heals_goes_on(store: InMemoryObjectStore) -> None:
    store.put(URI, LARGE)
    store.break_next_link(heals=True)

    assert store.read(URI, len(LARGE)) == LARGE


def test_a_link_that_stays_broken_ends_the_download(store: InMemoryObjectStore) -> None:
    store.put(URI, LARGE)
    store.break_next_link(heals=False)

    with pytest.raises(StorageUnavailable, match="breaks off"):
        store.read(URI, len(LARGE))


def test_notices_a_replacement_when_it_goes_on(store: InMemoryObjectStore) -> None:
    store.put(URI, LARGE)
    store.break_next_link(heals=True)

    with store.open(URI) as opened, pytest.raises(ObjectChanged):  # noqa: PT012  the second chunk
        chunks = opened.chunks()
        next(chunks)
        store.put(URI, b"another")
        next(chunks)


def test_shows_what_was_stored(store: InMemoryObjectStore) -> None:
    store.create(URI, b"one", "audio/wav")

    stored = store.stored(URI)

    assert stored is not None
    assert stored.content_type == "audio/wav"
    assert store.stored(ObjectUri("s3", "calls", "b.wav")) is None


def test_a_missing_version_is_missing(store: InMemoryObjectStore) -> None:
    store.put(URI, b"one")

    with pytest.raises(ObjectNotFound), store.open(URI, "v9"):
        pass
