"""Whether nothing unfinished is ever committed, in whatever order jobs finish."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from consumer.core.model import Commit, Partition
from schemas.commit_metadata import Mark
from tests.fakes.jobs import PARTITION, record
from tests.unit.core.ownership import admitted, commit_of, heir_of, left, owner_of

OTHER = Partition("jobs", 1)

offsets_with_gaps = st.lists(st.integers(0, 10_000), min_size=1, max_size=30, unique=True).map(
    sorted
)


@given(offsets=offsets_with_gaps, data=st.data())
def test_never_commits_past_an_unfinished_job(offsets: Sequence[int], data: st.DataObject) -> None:
    ledger = owner_of(PARTITION)
    unfinished = admitted(ledger, *offsets)

    for ticket in data.draw(st.permutations(list(unfinished))):
        ticket.finish()
        unfinished.remove(ticket)

        lowest = min((t.record.offset for t in unfinished), default=offsets[-1] + 1)
        assert commit_of(ledger).offset == lowest


@given(offsets=offsets_with_gaps, data=st.data())
def test_commits_only_what_is_new_and_only_forwards(
    offsets: Sequence[int], data: st.DataObject
) -> None:
    ledger, committed = owner_of(PARTITION), [-1]
    tickets = admitted(ledger, *offsets)

    for ticket in data.draw(st.permutations(tickets)):
        ticket.finish()
        commits = ledger.commits()
        committed.extend(commit.offset for commit in commits.values())
        ledger.committed(commits)

        assert ledger.commits() == {}

    assert committed == sorted(committed)
    assert committed[-1] == offsets[-1] + 1


def test_nothing_is_committed_for_a_partition_that_delivered_nothing() -> None:
    assert owner_of(PARTITION).commits() == {}
    assert heir_of(Commit(7)).commits() == {}


def test_a_new_group_commits_with_its_first_record() -> None:
    ledger = owner_of(PARTITION)

    admitted(ledger, 5)

    assert ledger.commits() == {PARTITION: Commit(5)}


def test_the_end_of_a_log_that_holds_nothing_is_committed() -> None:
    ledger = owner_of(PARTITION)

    ledger.reached_end(PARTITION, 4)

    assert ledger.commits() == {PARTITION: Commit(4)}


def test_the_end_is_committed_when_the_last_job_is_finished() -> None:
    ledger = heir_of(Commit(5))
    [ticket] = admitted(ledger, 5)
    ledger.reached_end(PARTITION, 9)
    assert ledger.commits() == {}

    ticket.finish()

    assert ledger.commits() == {PARTITION: Commit(9)}


def test_the_end_stays_the_end_when_records_are_delivered_again() -> None:
    ledger = owner_of(PARTITION)
    [ticket] = admitted(ledger, 5)
    ticket.finish()
    ledger.reached_end(PARTITION, 9)

    admitted(ledger, 5)

    assert ledger.commits() == {PARTITION: Commit(9)}


def test_a_commit_passes_what_others_have_finished_at_once() -> None:
    ledger = heir_of(left(3, 9, {3: Mark()}))
    [ticket] = admitted(ledger, 3)

    ticket.finish()

    assert ledger.commits() == {PARTITION: Commit(9)}


def test_a_commit_moves_up_to_what_retention_left() -> None:
    ledger = heir_of(left(2, 9, {2: Mark(), 7: Mark(1)}), log=range(4, 20))

    assert ledger.commits() == {PARTITION: left(7, 9, {7: Mark(1)})}


def test_partitions_do_not_wait_for_each_other() -> None:
    ledger = owner_of(PARTITION, OTHER)
    admitted(ledger, 5)
    quick = ledger.admit(record(b"{}", 7, OTHER))
    assert quick is not None

    quick.finish()

    assert ledger.commits() == {PARTITION: Commit(5), OTHER: Commit(8)}


def test_a_commit_tells_what_finished_behind_an_unfinished_job() -> None:
    ledger = owner_of(PARTITION)
    _, *others = admitted(ledger, 3, 4, 5)

    for other in others:
        other.finish()

    assert ledger.commits() == {PARTITION: left(3, 6, {3: Mark()})}


def test_a_commit_that_failed_is_made_again() -> None:
    ledger = owner_of(PARTITION)
    [ticket] = admitted(ledger, 3)

    ticket.finish()

    assert ledger.commits() == ledger.commits() == {PARTITION: Commit(4)}


def test_a_commit_is_news_though_another_was_tried_after_it() -> None:
    ledger = owner_of(PARTITION)
    first, second = admitted(ledger, 3, 4)
    first.finish()
    earlier = ledger.commits()
    second.finish()
    later = ledger.commits()

    ledger.committed(earlier)

    assert ledger.commits() == later
    ledger.committed(later)
    assert ledger.commits() == {}


def test_a_commit_that_may_have_been_made_is_followed_by_its_opposite() -> None:
    ledger = heir_of(Commit(3))
    [ticket] = admitted(ledger, 3)
    ticket.begin()
    ledger.commits()  # and nobody ever tells how it ended

    ticket.take_back()

    assert ledger.commits() == {PARTITION: Commit(3)}


def test_a_commit_that_was_certainly_not_made_is_not_followed_by_its_opposite() -> None:
    """What equals the last commit would look as if it had been made."""
    ledger = owner_of(PARTITION)
    (ticket,) = admitted(ledger, 5)
    ledger.committed(ledger.commits())
    ticket.begin()

    ledger.not_made(ledger.commits())
    ticket.take_back()

    assert ledger.commits() == {}
