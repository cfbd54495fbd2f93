"""Whether a worker is called dead when a restart would help, and only then."""

from consumer.core.liveness import Liveness
from tests.fakes.clock import FakeClock

STUCK, STALLED = 50.0, 3600.0


def liveness(clock: FakeClock) -> Liveness:
    return Liveness(clock, STUCK, STALLED)


def test_a_worker_that_has_not_turned_yet_is_alive() -> None:
    clock = FakeClock()
    asked = liveness(clock)
    clock.advance(STUCK * 2)

    health = asked.health(None, under_way=0)

    assert health.problem is None
    assert health.facts["loop_turned_seconds_ago"] is None


def test_a_loop_that_turns_no_more_is_dead() -> None:
    clock = FakeClock()
    asked = liveness(clock)
    clock.advance(STUCK + 1)

    assert asked.health(0.0, under_way=0).problem == "the loop has not turned for 51 s"


def test_jobs_that_do_not_move_are_dead_and_a_worker_without_jobs_is_not() -> None:
    clock = FakeClock()
    asked = liveness(clock)
    clock.advance(STALLED + 1)
    now = clock.monotonic()

    assert asked.health(now, under_way=0).problem is None
    problem = asked.health(now, under_way=1).problem
    assert problem == "jobs are under way, and nothing has moved for 3601 s"


def test_a_step_forward_is_a_sign_of_life() -> None:
    clock = FakeClock()
    asked = liveness(clock)
    clock.advance(STALLED)
    asked.moved()
    clock.advance(5.0)

    health = asked.health(clock.monotonic(), under_way=1)

    assert health.problem is None
    assert health.facts == {
        "loop_turned_seconds_ago": 0.0,
        "jobs_under_way": 1,
        "jobs_moved_seconds_ago": 5.0,
    }
