"""Whether each request to the store is counted once, with its outcome."""

import pytest
from prometheus_client import CollectorRegistry, Counter

from consumer.adapters.object_store.counted import CountedStore
from consumer.core.errors import AudioEmpty, BucketNotFound, ObjectExists, ObjectNotFound
from schemas.uri import ObjectUri
from tests.fakes.object_store import InMemoryObjectStore

URI = ObjectUri.parse("s3://calls/a.wav")
ELSEWHERE = ObjectUri.parse("s3://nowhere/a.wav")


class World:
    """A store whose requests are counted."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("request", "outcome")
        counter = Counter("requests", "Requests.", labels, registry=self.registry)
        self.store = CountedStore(InMemoryObjectStore({"calls"}), counter)

    def count(self, request: str, outcome: str) -> float | None:
        labels = {"request": request, "outcome": outcome}
        return self.registry.get_sample_value("requests_total", labels)


@pytest.fixture
def world() -> World:
    return World()


def test_a_download_is_counted_when_it_begins_and_when_it_ends(world: World) -> None:
    world.store.create(URI, b"sound", "audio/wav")

    with world.store.open(URI) as opened:
        assert opened.identity.size_bytes == 5
        assert world.count("body", "ok") is None
        assert b"".join(opened.chunks()) == b"sound"

    assert [world.count(each, "ok") for each in ("create", "open", "body")] == [1.0, 1.0, 1.0]


def test_refusals_are_counted_by_what_the_store_says(world: World) -> None:
    world.store.create(URI, b"sound", "audio/wav")

    with pytest.raises(ObjectExists):
        world.store.create(URI, b"other", "audio/wav")
    with pytest.raises(ObjectNotFound):
        world.store.read(ObjectUri.parse("s3://calls/b.wav"), 10)
    with pytest.raises(BucketNotFound), world.store.open(ELSEWHERE):
        pass

    assert world.count("create", "exists") == 1.0
    assert world.count("read", "not_found") == 1.0
    assert world.count("open", "bucket_not_found") == 1.0


def test_what_goes_wrong_with_the_bytes_is_not_the_stores_doing(world: World) -> None:
    world.store.create(URI, b"sound", "audio/wav")

    with pytest.raises(AudioEmpty), world.store.open(URI):
        raise AudioEmpty("nothing in it")

    assert world.count("open", "ok") == 1.0
    assert world.count("open", "other") is None
