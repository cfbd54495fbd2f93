"""Whether batches lose nothing, fit the device, keep each line, and say why they closed."""

from collections import defaultdict
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from consumer.core.batching import Batch, BatchPolicy, Closed, MicroBatcher, Welcome
from consumer.core.model import Partition
from consumer.core.scheduling import Kind, Residents, Stickiness, StickyChoice

POLICY = BatchPolicy(max_jobs=3, max_audio_seconds=100, linger_seconds=0.5, long_seconds=100)
STICKINESS = Stickiness(max_run_seconds=60, max_wait_seconds=120)
OVERDUE = 1_000.0
A, B = ("diarize", "a"), ("diarize", "b")
P0, P1 = Partition("jobs", 0), Partition("jobs", 1)
NOBODY = Residents()


@dataclass(frozen=True, slots=True)
class Item:
    offset: int
    partition: Partition = P0
    kind: Kind = A
    seconds: float = 1.0


lines = st.lists(
    st.tuples(
        st.sampled_from([P0, P1, Partition("jobs", 2)]),
        st.sampled_from([A, B]),
        st.floats(0, 300),
        st.floats(0, 10),
    ),
    max_size=30,
)
policies = st.builds(
    BatchPolicy,
    st.integers(1, 8),
    st.floats(1, 200),
    st.sampled_from([0.0, 0.5, 10.0]),
    st.floats(1, 400),
)


def batcher_of(*waiting: Item, policy: BatchPolicy = POLICY) -> MicroBatcher[Item]:
    batcher = MicroBatcher[Item](policy, StickyChoice(STICKINESS))
    for item in waiting:
        batcher.add(item, now=0.0)
    return batcher


def filled(
    arrivals: list[tuple[Partition, Kind, float, float]], policy: BatchPolicy
) -> tuple[MicroBatcher[Item], list[Item]]:
    """A batcher, and what waits in it."""
    items = [
        Item(offset, partition, kind, seconds)
        for offset, (partition, kind, seconds, _) in enumerate(arrivals)
    ]
    batcher = batcher_of(policy=policy)
    for item, (*_, since) in zip(items, arrivals, strict=True):
        batcher.add(item, since)
    return batcher, items


def drained(batcher: MicroBatcher[Item], now: float = OVERDUE) -> list[Batch[Item]]:
    batches = []
    while batch := batcher.next_batch(now, NOBODY):
        batches.append(batch)
    return batches


@given(arrivals=lines, policy=policies)
def test_loses_and_duplicates_nothing_and_keeps_every_line(
    arrivals: list[tuple[Partition, Kind, float, float]], policy: BatchPolicy
) -> None:
    batcher, items = filled(arrivals, policy)

    offsets = defaultdict[Partition, list[int]](list)
    for batch in drained(batcher):
        for item in batch.items:
            offsets[item.partition].append(item.offset)

    assert sum(map(len, offsets.values())) == len(items)
    assert all(line == sorted(set(line)) for line in offsets.values())
    assert batcher.is_empty


@given(arrivals=lines, policy=policies)
def test_every_batch_fits_and_is_of_one_kind(
    arrivals: list[tuple[Partition, Kind, float, float]], policy: BatchPolicy
) -> None:
    for batch in drained(filled(arrivals, policy)[0]):
        assert len(batch.items) <= policy.max_jobs
        assert len({item.kind for item in batch.items}) == 1
        assert len(batch.items) == 1 or batch.seconds <= policy.max_audio_seconds
        long = [item for item in batch.items if item.seconds > policy.long_seconds]
        assert batch.is_long == bool(long)
        assert not long or len(batch.items) == 1


@given(arrivals=lines, policy=policies)
def test_nothing_long_goes_beside_a_long_recording(
    arrivals: list[tuple[Partition, Kind, float, float]], policy: BatchPolicy
) -> None:
    batcher, _ = filled(arrivals, policy)

    while batch := batcher.next_batch(OVERDUE, NOBODY, Welcome(no_long=True)):
        assert all(item.seconds <= policy.long_seconds for item in batch.items)

    assert batcher.seconds_until_due(OVERDUE, Welcome(no_long=True)) is None
    assert all(batch.is_long for batch in drained(batcher)[:1])


@given(arrivals=lines, policy=policies)
def test_the_reason_for_closing_is_true(
    arrivals: list[tuple[Partition, Kind, float, float]], policy: BatchPolicy
) -> None:
    batcher, items = filled(arrivals, policy)
    left = len(items)
    while batch := batcher.next_batch(OVERDUE, NOBODY):
        left -= len(batch.items)
        match batch.closed:
            case Closed.JOBS:
                assert len(batch.items) == policy.max_jobs
            case Closed.KIND:
                assert left
            case Closed.LINGER:
                rest = [item for one in drained(batcher) for item in one.items]
                assert all(item.kind == batch.items[0].kind for item in rest)
            case Closed.SECONDS:
                assert left or batch.is_long
            case Closed.REVOCATION:
                raise AssertionError("nobody was in a hurry")


def test_prefixes_of_several_partitions_share_a_batch() -> None:
    batcher = batcher_of(
        Item(0), Item(1, kind=B), Item(2), Item(0, P1), Item(1, P1), Item(2, P1, kind=B)
    )

    batch = batcher.next_batch(0.0, NOBODY)

    assert batch == Batch([Item(0), Item(0, P1), Item(1, P1)], Closed.JOBS)


def test_a_partition_that_goes_on_with_another_kind_closes_the_batch() -> None:
    batcher = batcher_of(Item(0), Item(1, kind=B))

    assert batcher.next_batch(0.0, NOBODY) == Batch([Item(0)], Closed.KIND)


def test_one_that_was_ready_later_goes_before_those_behind_it() -> None:
    batcher = batcher_of(Item(5))
    batcher.add(Item(4), now=0.1)

    batch = batcher.next_batch(OVERDUE, NOBODY)

    assert batch is not None
    assert [item.offset for item in batch.items] == [4, 5]


def test_a_long_recording_goes_alone_and_at_once() -> None:
    batcher = batcher_of(Item(0, seconds=10_000), Item(1))

    assert batcher.next_batch(0.0, NOBODY) == Batch(
        [Item(0, seconds=10_000)], Closed.SECONDS, is_long=True
    )


def test_behind_a_long_recording_that_waits_only_its_own_partition_waits() -> None:
    batcher = batcher_of(Item(0, seconds=10_000), Item(1), Item(0, P1))

    batch = batcher.next_batch(OVERDUE, NOBODY, Welcome(no_long=True))

    assert batch == Batch([Item(0, P1)], Closed.LINGER)
    assert [one.items for one in drained(batcher)] == [[Item(0, seconds=10_000)], [Item(1)]]


def test_only_who_is_welcome_begins_and_those_behind_others_wait() -> None:
    batcher = batcher_of(Item(0, kind=B), Item(1), Item(0, P1), Item(1, P1, kind=B))

    batch = batcher.next_batch(OVERDUE, NOBODY, Welcome(only={A}))

    assert batch == Batch([Item(0, P1)], Closed.LINGER)
    assert batcher.next_batch(OVERDUE, NOBODY, Welcome(only={A})) is None


def test_who_is_not_welcome_makes_nobody_hurry() -> None:
    batcher = batcher_of(Item(0, kind=B))
    batcher.add(Item(0, P1), now=10.0)

    assert batcher.next_batch(10.0, NOBODY, Welcome(only={A})) is None


def test_a_full_batch_does_not_wait() -> None:
    batcher = batcher_of(Item(0), Item(1), Item(2))

    assert batcher.next_batch(0.0, NOBODY) == Batch([Item(0), Item(1), Item(2)], Closed.JOBS)


def test_waits_for_company_until_the_oldest_is_overdue() -> None:
    batcher = batcher_of(Item(0))
    batcher.add(Item(1), now=0.4)

    assert batcher.next_batch(0.49, NOBODY) is None
    assert batcher.next_batch(0.5, NOBODY) == Batch([Item(0), Item(1)], Closed.LINGER)


def test_in_a_hurry_waits_for_no_company() -> None:
    batcher = batcher_of(Item(0))

    assert batcher.next_batch(0.1, NOBODY, hurry=True) == Batch([Item(0)], Closed.REVOCATION)


def test_says_how_long_the_oldest_may_still_wait() -> None:
    batcher = batcher_of(Item(0))

    assert batcher.seconds_until_due(now=0.125) == 0.375
    assert batcher.seconds_until_due(now=OVERDUE) == 0.0
    assert batcher_of().seconds_until_due(now=0.0) is None


def test_stays_with_the_kind_that_is_loaded() -> None:
    batcher = batcher_of(Item(0), Item(0, P1, kind=B), policy=replace(POLICY, linger_seconds=0))

    batch = batcher.next_batch(0.0, Residents({B}))

    assert batch == Batch([Item(0, P1, kind=B)], Closed.KIND)
