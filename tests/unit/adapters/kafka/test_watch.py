"""Is it seen that a thread hangs, and that too many have been lost?"""

import pytest

from consumer.adapters.kafka.watch import LOST_WITHIN_SECONDS, MOST_LOST, Losses, Watch
from tests.fakes.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def losses(clock: FakeClock) -> Losses:
    return Losses(clock.monotonic)


def test_only_calls_are_watched() -> None:
    watch = Watch()

    with watch:
        during = watch.seconds
    after = watch.seconds

    assert during > 0
    assert after == 0


def test_a_few_lost_threads_are_borne_and_one_more_is_not(losses: Losses) -> None:
    for _ in range(MOST_LOST):
        losses.add()
    borne = not losses.are_too_many

    losses.add()

    assert borne
    assert losses.are_too_many
    assert len(losses) == MOST_LOST + 1


def test_one_lost_now_and_then_is_borne_for_ever(losses: Losses, clock: FakeClock) -> None:
    for _ in range(10 * MOST_LOST):
        losses.add()
        clock.advance(LOST_WITHIN_SECONDS / MOST_LOST)

        assert not losses.are_too_many


def test_many_at_once_are_too_many_also_long_after_another(
    losses: Losses, clock: FakeClock
) -> None:
    losses.add()
    clock.advance(LOST_WITHIN_SECONDS)

    for _ in range(MOST_LOST):
        losses.add()
    borne = not losses.are_too_many
    losses.add()

    assert borne
    assert losses.are_too_many
