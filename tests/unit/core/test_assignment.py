"""Whether a job is done once, with what others found out about it, and what is known fits."""

import pytest

from consumer.core.model import Commit, Partition
from consumer.core.offsets import Ledger
from consumer.core.start import Start
from schemas.commit_metadata import Mark, Progress
from tests.fakes.jobs import PARTITION
from tests.unit.core.ownership import admitted, commit_of, heir_of, left, owner_of

OTHER = Partition("jobs", 1)
LEFT = left(3, 9, {3: Mark(1), 5: Mark(0, 2), 7: Mark()})


def test_only_what_the_last_owner_left_is_done() -> None:
    ledger = heir_of(LEFT)

    tickets = admitted(ledger, *range(3, 11))

    assert [ticket.record.offset for ticket in tickets] == [3, 5, 7, 9, 10]
    assert [ticket.starts for ticket in tickets] == [1, 0, 0, 0, 0]
    assert [ticket.attempt for ticket in tickets] == [1, 3, 1, 1, 1]


def test_what_is_still_to_come_stays_open() -> None:
    ledger = heir_of(LEFT)

    [first] = admitted(ledger, 3)
    first.finish()

    assert ledger.commits() == {PARTITION: left(5, 9, {5: Mark(0, 2), 7: Mark()})}


def test_what_was_expected_before_a_record_is_gone_for_ever() -> None:
    ledger = heir_of(LEFT)

    admitted(ledger, 7)

    assert ledger.commits() == {PARTITION: left(7, 9, {7: Mark()})}


def test_what_was_expected_before_the_end_is_gone_for_ever() -> None:
    ledger = heir_of(LEFT)

    ledger.reached_end(PARTITION, 12)

    assert ledger.commits() == {PARTITION: Commit(12)}


@pytest.mark.parametrize("finished", [False, True])
def test_a_record_that_is_delivered_again_gets_no_second_ticket(finished: bool) -> None:
    ledger = owner_of(PARTITION)
    first, _ = admitted(ledger, 3, 4)
    if finished:
        first.finish()

    assert admitted(ledger, 3, 4) == []


def test_a_start_is_told_until_it_is_taken_back() -> None:
    ledger = heir_of(left(3, 4, {3: Mark(1, 1)}))
    [ticket] = admitted(ledger, 3)

    ticket.begin()
    ticket.begin()

    assert ledger.commits() == {PARTITION: left(3, 4, {3: Mark(2, 1)})}
    assert ticket.starts == 1
    ticket.take_back()
    ticket.take_back()
    assert ledger.commits() == {PARTITION: left(3, 4, {3: Mark(1, 1)})}


def test_a_failure_is_told_instead_of_the_start() -> None:
    ledger = heir_of(left(3, 4, {3: Mark(1)}))
    [ticket] = admitted(ledger, 3)
    ticket.begin()

    ticket.put_off()

    assert ledger.commits() == {PARTITION: left(3, 4, {3: Mark(1, 1)})}
    assert (ticket.attempt, ticket.starts) == (2, 1)


def test_an_outage_is_forgiven_but_never_rewarded() -> None:
    [ticket] = admitted(owner_of(PARTITION), 3)
    ticket.put_off()

    attempts = []
    for _ in range(2):
        ticket.forgive()
        attempts.append(ticket.attempt)

    assert attempts == [1, 1]


def test_a_job_whose_result_did_not_go_out_is_open_again_as_it_was() -> None:
    ledger = owner_of(PARTITION)
    first, second, third = admitted(ledger, 3, 4, 5)
    second.begin()
    second.put_off()
    second.begin()
    third.begin()
    before = ledger.commits()
    for ticket in (first, second):
        ticket.finish()
    ledger.commits()  # whose publication fails

    second.reopen()
    first.reopen()

    assert ledger.commits() == before
    second.take_back()
    assert commit_of(ledger) == left(3, 6, {3: Mark(), 4: Mark(0, 1), 5: Mark(1)})


def test_a_job_whose_commit_was_made_is_never_open_again() -> None:
    ledger = owner_of(PARTITION)
    first, second = admitted(ledger, 3, 4)
    first.finish()
    told = ledger.commits()
    second.finish()
    ledger.committed(told)

    first.reopen()
    second.reopen()

    assert told == {PARTITION: Commit(4)}
    assert ledger.commits() == {}


def test_a_job_that_is_done_and_told_cannot_be_handed_back() -> None:
    ledger = owner_of(PARTITION)
    done, _ = admitted(ledger, 3, 4)
    done.begin()
    done.finish()
    ledger.committed(ledger.commits())

    ledger.hand_back([PARTITION])

    assert ledger.commits() == {}


def test_a_finished_job_is_marked_no_more() -> None:
    ledger = owner_of(PARTITION)
    [ticket] = admitted(ledger, 3)
    ticket.finish()

    ticket.begin()
    ticket.put_off()
    ticket.forgive()
    ticket.take_back()
    ticket.finish()

    assert ledger.commits() == {PARTITION: Commit(4)}


@pytest.mark.parametrize(
    ("starts", "is_suspect", "deaths_alone"),
    [(0, False, 0), (1, False, 0), (2, True, 0), (3, True, 1), (5, True, 3)],
)
def test_a_job_left_behind_twice_runs_alone_and_deaths_count_from_then_on(
    starts: int, is_suspect: bool, deaths_alone: int
) -> None:
    [ticket] = admitted(heir_of(left(3, 4, {3: Mark(starts)})), 3)

    ticket.begin()

    assert (ticket.is_suspect, ticket.deaths_alone) == (is_suspect, deaths_alone)


def test_one_more_poll_fits_wherever_its_records_lie_and_however_often_they_fail() -> None:
    ledger, count = owner_of(PARTITION), 0
    while PARTITION not in ledger.crowded():
        count += len(admitted(ledger, 2 * count))
    widest = {2 * each: Mark(98, 98 + each % 2) for each in range(count - 1)}
    ledger = heir_of(left(0, 2 * len(widest), widest), log=range(2**63))
    tickets = admitted(ledger, *widest)
    assert ledger.crowded() == frozenset()

    tickets += admitted(ledger, *range(10**17, 17 * 10**17, 10**17))
    for ticket in tickets:
        ticket.begin()

    assert len(tickets) >= 300
    assert 3800 < len(commit_of(ledger).metadata) <= 4096


def test_a_crowded_partition_clears_up_as_its_jobs_finish() -> None:
    ledger = owner_of(PARTITION, OTHER)
    tickets = admitted(ledger, *range(500))
    assert ledger.crowded() == {PARTITION}

    for ticket in tickets[:250]:
        ticket.finish()

    assert ledger.crowded() == {PARTITION}  # it may come to nothing, and they open again
    ledger.committed(ledger.commits())
    assert ledger.crowded() == frozenset()


def test_what_is_still_to_come_crowds_nobody_out() -> None:
    # paused for what it has not been given, the partition would wait for itself for ever
    many = {2 * each: Mark(each % 3) for each in range(500)}

    assert heir_of(left(0, 1000, many)).crowded() == frozenset()


def test_other_brokers_take_more() -> None:
    ledger = Ledger(metadata_max_bytes=32_000)
    ledger.begin(Start(PARTITION, 0, Progress(0)))

    admitted(ledger, *range(500))

    assert ledger.crowded() == frozenset()
