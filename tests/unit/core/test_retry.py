"""Whether a job that failed waits as long as it should, and not for ever."""

from hypothesis import given
from hypothesis import strategies as st

from consumer.core.retry import RetryPolicy

POLICY = RetryPolicy((30.0, 300.0))
chances = st.floats(0.0, 1.0)


def test_every_failure_has_its_own_delay() -> None:
    assert [POLICY.delay(spent, chance=0.5) for spent in (0, 1, 2, 3)] == [30.0, 300.0, None, None]


def test_without_delays_the_first_failure_is_the_last() -> None:
    assert RetryPolicy(()).delay(0, chance=0.5) is None


@given(chance=chances, jitter=st.floats(0.0, 1.0), spent=st.integers(0, 1))
def test_chance_moves_a_delay_by_no_more_than_the_jitter(
    chance: float, jitter: float, spent: int
) -> None:
    middle = POLICY.delays_seconds[spent]

    delay = RetryPolicy(POLICY.delays_seconds, jitter).delay(spent, chance)

    assert delay is not None
    assert delay >= 0.0
    assert abs(delay - middle) <= middle * (jitter + 1e-9)


def test_jobs_that_failed_together_come_back_apart() -> None:
    assert (POLICY.delay(0, chance=0.0), POLICY.delay(0, chance=1.0)) == (24.0, 36.0)


@given(delays=st.lists(st.floats(0.0, 1e6)), chance=chances)
def test_a_job_is_given_up_after_as_many_retries_as_there_are_delays(
    delays: list[float], chance: float
) -> None:
    policy = RetryPolicy(tuple(delays))

    retries = [policy.delay(spent, chance) is not None for spent in range(len(delays) + 2)]

    assert retries == [True] * len(delays) + [False] * 2
