"""Whether the right jobs start: together, alone, later, or to find out whether a store is back."""

from consumer.core.breaker import Permit
from consumer.core.dispatch import Dispatcher
from consumer.core.offsets import Ticket
from schemas.commit_metadata import Mark
from tests.fakes.jobs import record, ticket


def fresh(offset: int) -> Ticket:
    return ticket(record(b"{}", offset))


def left_behind(offset: int, starts: int) -> Ticket:
    return ticket(record(b"{}", offset), Mark(starts))


def dispatcher(*tickets: Ticket) -> Dispatcher:
    made = Dispatcher()
    for each in tickets:
        made.add(each)
    return made


def started(of: Dispatcher, permit: Permit = Permit.ALL, now: float = 0.0) -> list[int]:
    return [ticket.record.offset for ticket in of.choose(now, permit)]


def test_fresh_jobs_start_together_and_in_order() -> None:
    assert started(dispatcher(fresh(0), fresh(1), left_behind(2, starts=1))) == [0, 1, 2]


def test_nothing_starts_without_a_permit() -> None:
    jobs = dispatcher(fresh(0))

    assert started(jobs, Permit.NONE) == []
    assert jobs.waiting == 1


def test_a_suspect_waits_until_nothing_else_runs_and_then_runs_alone() -> None:
    running, suspect = fresh(0), left_behind(1, starts=2)
    jobs = dispatcher(running)
    jobs.choose(0.0, Permit.ALL)
    jobs.add(suspect)
    jobs.add(fresh(2))

    assert started(jobs) == []
    jobs.ended(running)
    assert started(jobs) == [1]
    assert started(jobs) == []
    jobs.ended(suspect)
    assert started(jobs) == [2]


def test_of_several_suspects_the_one_with_fewest_deaths_runs_first() -> None:
    jobs = dispatcher(left_behind(0, starts=4), left_behind(1, starts=2))

    assert started(jobs) == [1]


def test_what_was_put_off_starts_when_it_is_due() -> None:
    jobs = dispatcher()
    jobs.put_off(fresh(0), due=30.0)

    assert started(jobs, now=29.9) == []
    assert jobs.waiting == 0
    assert started(jobs, now=30.0) == [0]


def test_a_job_that_never_failed_finds_out_whether_the_store_is_back() -> None:
    failed = fresh(0)
    failed.put_off()
    jobs = dispatcher(failed, fresh(1))
    jobs.set_aside(fresh(2))

    assert started(jobs, Permit.ONE) == [1]


def test_one_that_failed_is_tried_when_there_is_no_other() -> None:
    jobs = dispatcher()
    jobs.set_aside(fresh(2))

    assert started(jobs, Permit.ONE) == [2]


def test_what_was_set_aside_starts_with_the_others_when_all_may() -> None:
    jobs = dispatcher(fresh(0))
    jobs.set_aside(fresh(2))

    assert sorted(started(jobs)) == [0, 2]


def test_what_could_not_start_is_the_first_to_start_later() -> None:
    jobs = dispatcher(fresh(0), fresh(1))
    chosen = jobs.choose(0.0, Permit.ALL)
    jobs.add(fresh(2))

    jobs.give_back(chosen)

    assert jobs.running == 0
    assert started(jobs) == [0, 1, 2]


def test_what_waits_under_an_assignment_that_has_ended_is_forgotten() -> None:
    tickets = [fresh(0), left_behind(1, starts=2), fresh(2), fresh(3)]
    jobs = dispatcher(*tickets[:2])
    jobs.put_off(tickets[2], due=0.0)
    jobs.set_aside(tickets[3])
    for each in tickets:
        each.assignment.live = False

    jobs.forget_dead()

    assert jobs.waiting == 0
    assert started(jobs) == []
