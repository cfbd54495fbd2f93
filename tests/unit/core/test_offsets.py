"""Whether nothing unfinished is ever committed, however jobs finish and partitions move."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from consumer.core.model import Partition, Record
from consumer.core.offsets import Ledger, Ticket
from tests.fakes.jobs import PARTITION, record

OTHER = Partition("jobs", 1)

offsets_with_gaps = st.lists(st.integers(0, 10_000), min_size=1, max_size=30, unique=True).map(
    sorted
)


def admitted(ledger: Ledger, *records: Record) -> list[Ticket]:
    tickets = [ledger.admit(record) for record in records]
    return [ticket for ticket in tickets if ticket is not None]


def owner_of(*partitions: Partition) -> Ledger:
    ledger = Ledger()
    ledger.begin(partitions)
    return ledger


@given(offsets=offsets_with_gaps, data=st.data())
def test_never_commits_past_an_unfinished_job(offsets: Sequence[int], data: st.DataObject) -> None:
    ledger = owner_of(PARTITION)
    unfinished = admitted(ledger, *(record(b"{}", offset) for offset in offsets))

    for ticket in data.draw(st.permutations(list(unfinished))):
        ticket.finish()
        unfinished.remove(ticket)

        lowest = min((t.record.offset for t in unfinished), default=offsets[-1] + 1)
        assert ledger.committable() == {PARTITION: lowest}


@given(offsets=offsets_with_gaps, data=st.data())
def test_commits_only_what_is_new_and_only_forwards(
    offsets: Sequence[int], data: st.DataObject
) -> None:
    ledger, committed = owner_of(PARTITION), [-1]
    tickets = admitted(ledger, *(record(b"{}", offset) for offset in offsets))

    for ticket in data.draw(st.permutations(tickets)):
        ticket.finish()
        committable = ledger.committable()
        committed.extend(committable.values())
        ledger.committed(committable)

        assert ledger.committable() == {}

    assert committed == sorted(set(committed))
    assert committed[-1] == offsets[-1] + 1


def test_nothing_is_committed_for_a_partition_that_delivered_nothing() -> None:
    assert owner_of(PARTITION).committable() == {}


def test_partitions_do_not_wait_for_each_other() -> None:
    ledger = owner_of(PARTITION, OTHER)
    admitted(ledger, record(b"{}", 5))
    [quick] = admitted(ledger, record(b"{}", 7, OTHER))

    quick.finish()

    assert ledger.committable() == {PARTITION: 5, OTHER: 8}


def test_a_commit_that_failed_stays_committable() -> None:
    ledger = owner_of(PARTITION)
    [ticket] = admitted(ledger, record(b"{}", 3))

    ticket.finish()

    assert ledger.committable() == ledger.committable() == {PARTITION: 4}


def test_a_straggler_of_a_partition_that_is_not_ours_is_not_admitted() -> None:
    assert Ledger().admit(record(b"{}", 3)) is None


def test_news_about_an_assignment_that_ended_is_ignored() -> None:
    ledger = owner_of(PARTITION)
    [old] = admitted(ledger, record(b"{}", 3))
    ledger.end([PARTITION])
    ledger.begin([PARTITION])
    [new] = admitted(ledger, record(b"{}", 3))

    old.finish()

    assert not old.live
    assert new.live
    assert ledger.committable() == {PARTITION: 3}


def test_a_partition_that_begins_while_it_is_held_ends_the_old_assignment() -> None:
    ledger = owner_of(PARTITION)
    [old] = admitted(ledger, record(b"{}", 3))

    ledger.begin([PARTITION])

    assert not old.live
    assert len(ledger) == 1
    assert ledger.committable() == {}


def test_a_commit_of_a_partition_that_is_gone_is_no_news() -> None:
    ledger = owner_of(PARTITION)
    ledger.end([PARTITION])

    ledger.committed({PARTITION: 3})

    assert len(ledger) == 0
    assert ledger.committable() == {}
