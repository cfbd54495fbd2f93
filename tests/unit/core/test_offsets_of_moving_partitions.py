"""Whether only those who own a partition commit for it, however partitions move."""

from consumer.core.model import Commit, Partition
from consumer.core.offsets import Ledger
from consumer.core.start import Start
from schemas.commit_metadata import Mark, Progress
from tests.fakes.jobs import PARTITION, record
from tests.unit.core.ownership import admitted, commit_of, left, owner_of

OTHER = Partition("jobs", 1)


def test_a_commit_of_the_assignment_before_is_no_news() -> None:
    ledger = owner_of(PARTITION)
    admitted(ledger, 3)
    before = ledger.commits()
    ledger.begin(Start(PARTITION, 0, Progress(0)))
    admitted(ledger, 3)
    assert ledger.commits() == before

    ledger.committed(before)

    assert ledger.commits() == before


def test_a_commit_of_a_partition_that_is_gone_is_no_news() -> None:
    ledger = owner_of(PARTITION)
    ledger.end([PARTITION])

    ledger.committed({PARTITION: Commit(3)})

    assert len(ledger) == 0
    assert ledger.commits() == {}


def test_a_straggler_of_a_partition_that_is_not_ours_is_not_admitted() -> None:
    assert Ledger().admit(record(b"{}", 3)) is None


def test_the_end_of_a_partition_that_is_not_ours_is_no_news() -> None:
    ledger = Ledger()

    ledger.reached_end(PARTITION, 3)

    assert ledger.commits() == {}


def test_news_about_an_assignment_that_ended_is_ignored() -> None:
    ledger = owner_of(PARTITION)
    [old] = admitted(ledger, 3)
    ledger.end(ledger.partitions)
    ledger.begin(Start(PARTITION, 0, Progress(0)))
    [new] = admitted(ledger, 3)

    old.begin()
    old.finish()

    assert not old.live
    assert new.live
    assert ledger.commits() == {PARTITION: Commit(3)}


def test_a_partition_that_begins_while_it_is_held_ends_the_old_assignment() -> None:
    ledger = owner_of(PARTITION)
    [old] = admitted(ledger, 3)

    ledger.begin(Start(PARTITION, 0, Progress(0)))

    assert not old.live
    assert ledger.partitions == {PARTITION}
    assert ledger.commits() == {}


def test_a_clean_hand_back_takes_all_starts_back_but_those_of_the_suspects() -> None:
    ledger = owner_of(PARTITION, OTHER)
    kept, innocent, _ = admitted(ledger, 3, 4, 5)
    elsewhere = ledger.admit(record(b"{}", 4, OTHER))
    assert elsewhere is not None
    for ticket in (kept, innocent, elsewhere):
        ticket.begin()

    ledger.hand_back([PARTITION], keep=[kept, elsewhere])

    assert commit_of(ledger) == left(3, 4, {3: Mark(1)})
    assert commit_of(ledger, OTHER) == left(4, 5, {4: Mark(1)})
