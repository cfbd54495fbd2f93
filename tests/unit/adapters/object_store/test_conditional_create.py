"""Whether a store that overwrites is found out, and one that is away is waited for."""

import logging
from dataclasses import dataclass, field

import pytest

from consumer.adapters.object_store.conditional_create import (
    PATIENCE_SECONDS,
    PROBE_CONTENT,
    PROBE_NAME,
    ConditionalCreateMissing,
    probe_conditional_create,
)
from consumer.core.errors import (
    BucketNotFound,
    ConditionalCreateUnsupported,
    ObjectForbidden,
    StorageUnavailable,
    StoreError,
    StoreUnreachable,
)
from schemas.uri import ObjectUri
from tests.fakes.clock import FakeClock
from tests.fakes.object_store import InMemoryObjectStore

DOWN = StorageUnavailable("down")


@dataclass(slots=True)
class OverwritingStore(InMemoryObjectStore):
    """Creates whatever it is told to."""

    buckets: set[str] = field(default_factory=lambda: {"results"})

    def create(self, uri: ObjectUri, data: bytes, content_type: str) -> str:
        return self.put(uri, data, content_type).identity.etag


@pytest.fixture
def store() -> InMemoryObjectStore:
    return InMemoryObjectStore({"results", "more"})


def test_a_store_that_refuses_the_second_passes(store: InMemoryObjectStore) -> None:
    probe_conditional_create(store, ["s3://results/calls/"], FakeClock())

    left = store.stored(ObjectUri("s3", "results", f"calls/{PROBE_NAME}"))
    assert left is not None
    assert left.content == PROBE_CONTENT


def test_the_object_of_an_earlier_start_is_enough(store: InMemoryObjectStore) -> None:
    for _ in range(3):
        probe_conditional_create(store, ["s3://results/"], FakeClock())

    left = store.stored(ObjectUri("s3", "results", PROBE_NAME))
    assert left is not None
    assert left.identity.version_id == "v1"


def test_every_place_is_asked_once_however_it_is_spelt(store: InMemoryObjectStore) -> None:
    probe_conditional_create(store, ["s3://results", "s3://results/", "s3://more/a"], FakeClock())

    assert store.stored(ObjectUri("s3", "results", PROBE_NAME)) is not None
    assert store.stored(ObjectUri("s3", "more", f"a/{PROBE_NAME}")) is not None


def test_a_store_that_overwrites_is_refused_with_the_setting_and_its_cost() -> None:
    with pytest.raises(ConditionalCreateMissing, match="s3://results: ") as raised:
        probe_conditional_create(OverwritingStore(), ["s3://results/"], FakeClock())

    assert "TURNSTREAM_STORE__CONDITIONAL_CREATE=look-then-write" in str(raised.value)
    assert "overwrite each other's object" in str(raised.value)


def test_a_store_that_does_not_know_the_condition_is_refused(store: InMemoryObjectStore) -> None:
    store.fail_next(ConditionalCreateUnsupported("not implemented"))

    with pytest.raises(ConditionalCreateMissing):
        probe_conditional_create(store, ["s3://results/"], FakeClock())


def test_local_directories_are_not_asked() -> None:
    store = OverwritingStore()

    probe_conditional_create(store, ["file:///data/results/"], FakeClock())

    assert store.stored(ObjectUri.parse(f"file:///data/results/{PROBE_NAME}")) is None


@pytest.mark.parametrize("answer", [ObjectForbidden("read only"), BucketNotFound("gone")], ids=str)
def test_a_place_that_may_not_be_written_to_is_warned_about(
    store: InMemoryObjectStore, answer: StoreError, caplog: pytest.LogCaptureFixture
) -> None:
    store.fail_next(answer)

    with caplog.at_level(logging.WARNING):
        probe_conditional_create(store, ["s3://results/", "s3://more/"], FakeClock())

    [warning] = caplog.records
    assert (vars(warning)["place"], vars(warning)["reason"]) == ("s3://results", str(answer))
    assert store.stored(ObjectUri("s3", "more", PROBE_NAME)) is not None


def test_a_store_that_comes_back_in_time_is_waited_for(store: InMemoryObjectStore) -> None:
    clock = FakeClock()
    store.fail_next(*[DOWN] * 20)

    probe_conditional_create(store, ["s3://results/"], clock)

    assert clock.seconds == 20


def test_a_store_that_stays_away_is_given_up(store: InMemoryObjectStore) -> None:
    clock = FakeClock()
    store.fail_next(*[DOWN] * 100)

    with pytest.raises(StoreUnreachable, match="no answer: down"):
        probe_conditional_create(store, ["s3://results/", "s3://more/"], clock)

    assert clock.seconds == PATIENCE_SECONDS
