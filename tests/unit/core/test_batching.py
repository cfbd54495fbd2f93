"""Whether batches lose nothing, fit the device, and close for the reason they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from consumer.core.batching import Batch, BatchPolicy, Closed, MicroBatcher

POLICY = BatchPolicy(max_jobs=3, max_audio_seconds=100, linger_seconds=0.5)
OVERDUE = 1_000.0


@dataclass(frozen=True, slots=True)
class Item:
    seconds: float = 1.0
    kind: str = "diarize"


items = st.lists(
    st.builds(Item, st.floats(0, 150), st.sampled_from(["diarize", "embed"])), max_size=40
)
policies = st.builds(
    BatchPolicy, st.integers(1, 8), st.floats(1, 200), st.sampled_from([0.0, 0.5, 10.0])
)


def batcher_of(*waiting: Item, policy: BatchPolicy = POLICY) -> MicroBatcher[Item]:
    batcher = MicroBatcher[Item](policy)
    for item in waiting:
        batcher.add(item, now=0.0)
    return batcher


def drained(batcher: MicroBatcher[Item], now: float) -> list[Batch[Item]]:
    batches = []
    while batch := batcher.next_batch(now):
        batches.append(batch)
    return batches


@given(waiting=items, policy=policies)
def test_loses_duplicates_and_reorders_nothing(waiting: list[Item], policy: BatchPolicy) -> None:
    batcher = batcher_of(*waiting, policy=policy)

    batches = drained(batcher, OVERDUE)

    assert [item for batch in batches for item in batch.items] == waiting
    assert len(batcher) == 0


@given(waiting=items, policy=policies)
def test_every_batch_fits_and_is_of_one_kind(waiting: list[Item], policy: BatchPolicy) -> None:
    for batch in drained(batcher_of(*waiting, policy=policy), OVERDUE):
        assert len(batch.items) <= policy.max_jobs
        assert len({item.kind for item in batch.items}) == 1
        assert len(batch.items) == 1 or seconds_of(batch.items) <= policy.max_audio_seconds


@given(waiting=items, policy=policies)
def test_the_reason_for_closing_is_true(waiting: list[Item], policy: BatchPolicy) -> None:
    for batch, following in pairwise(drained(batcher_of(*waiting, policy=policy), OVERDUE)):
        first = following.items[0]
        match batch.closed:
            case Closed.JOBS:
                assert len(batch.items) == policy.max_jobs
            case Closed.KIND:
                assert first.kind != batch.items[0].kind
            case Closed.SECONDS:
                assert seconds_of((*batch.items, first)) > policy.max_audio_seconds
            case Closed.LINGER:
                raise AssertionError("only the last batch has nothing behind it")


@given(waiting=items, policy=policies)
def test_only_an_incomplete_batch_waits(waiting: list[Item], policy: BatchPolicy) -> None:
    batcher = batcher_of(*waiting, policy=policy)

    batches = drained(batcher, now=0.0)

    assert all(batch.closed is not Closed.LINGER for batch in batches) or not policy.linger_seconds
    assert len(batcher) < policy.max_jobs


def test_a_lone_oversized_recording_goes() -> None:
    batcher = batcher_of(Item(10_000), Item(1))

    batch = batcher.next_batch(now=0.0)

    assert batch == Batch([Item(10_000)], Closed.SECONDS)


def test_a_full_batch_does_not_wait() -> None:
    assert batcher_of(Item(), Item(), Item()).next_batch(now=0.0) == Batch(
        [Item()] * 3, Closed.JOBS
    )


def test_waits_for_company_until_the_oldest_is_overdue() -> None:
    batcher = batcher_of(Item())
    batcher.add(Item(), now=0.4)

    assert batcher.next_batch(now=0.49) is None
    assert batcher.next_batch(now=0.5) == Batch([Item(), Item()], Closed.LINGER)


def test_says_how_long_the_oldest_may_still_wait() -> None:
    batcher = batcher_of(Item())

    assert batcher.seconds_until_due(now=0.125) == 0.375
    assert batcher.seconds_until_due(now=OVERDUE) == 0.0
    assert batcher_of().seconds_until_due(now=0.0) is None


def seconds_of(batch: Sequence[Item]) -> float:
    return sum(item.seconds for item in batch)
