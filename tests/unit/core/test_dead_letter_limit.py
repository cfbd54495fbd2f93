"""Whether a flood of failures stops the intake, and the end of the flood starts it again."""

import random

from hypothesis import given
from hypothesis import strategies as st

from consumer.core.dead_letter_limit import HEALING_RESULTS, DeadLetterLimit

LEAST = 50
percents = st.floats(0.1, 99.9)


def settle(limit: DeadLetterLimit, *failed: bool) -> DeadLetterLimit:
    for one in failed:
        limit.settled(one)
    return limit


def tripped(percent: float = 50.0) -> DeadLetterLimit:
    return settle(DeadLetterLimit(percent), *[True] * LEAST)


def test_too_few_results_prove_nothing() -> None:
    limit = settle(DeadLetterLimit(50.0), *[True] * (LEAST - 1))

    assert not limit.tripped


def test_trips_on_more_failures_than_the_limit() -> None:
    assert tripped().tripped


def test_exactly_the_limit_is_within_it() -> None:
    assert not settle(DeadLetterLimit(50.0), *[False, True] * LEAST).tripped


def test_old_results_are_forgotten() -> None:
    limit = settle(DeadLetterLimit(50.0), *[False] * 1_000, *[True] * 50)
    assert not limit.tripped

    assert settle(limit, True).tripped


def test_heals_when_the_trickle_ends_well() -> None:
    limit = settle(tripped(), *[False] * (HEALING_RESULTS - 1))
    assert limit.tripped

    assert not settle(limit, False).tripped


def test_a_trickle_at_the_limit_does_not_heal_it() -> None:
    assert settle(tripped(), *[True, False] * 100).tripped


def test_what_failed_before_it_tripped_does_not_keep_it_tripped() -> None:
    limit = settle(tripped(), *[True] * 500)

    assert not settle(limit, *[False] * HEALING_RESULTS).tripped


@given(results=st.lists(st.booleans(), max_size=400))
def test_a_limit_of_all_never_trips(results: list[bool]) -> None:
    limit = DeadLetterLimit(100.0)

    assert not any(settle(limit, failed).tripped for failed in results)


@given(percent=percents, results=st.lists(st.booleans(), max_size=400))
def test_after_any_history_good_results_heal_it_and_bad_ones_trip_it(
    percent: float, results: list[bool]
) -> None:
    limit = settle(DeadLetterLimit(percent), *results)

    assert not settle(limit, *[False] * 100).tripped
    assert settle(limit, *[True] * 100).tripped


@given(percent=percents, results=st.lists(st.booleans(), max_size=400))
def test_each_change_needs_results_of_its_own(percent: float, results: list[bool]) -> None:
    limit = DeadLetterLimit(percent)

    changes = [0]
    for count, failed in enumerate(results, start=1):
        before = limit.tripped
        limit.settled(failed)
        if limit.tripped is not before:
            assert count - changes[-1] >= (LEAST if limit.tripped else HEALING_RESULTS)
            changes.append(count)


@given(percent=st.floats(30.0, 50.0), seed=st.integers(0, 999))
def test_a_steady_flood_is_mostly_a_trickle(percent: float, seed: int) -> None:
    chance, limit = random.Random(seed), DeadLetterLimit(percent)
    rate = 2 * percent / 100

    tripped_for = sum(settle(limit, chance.random() < rate).tripped for _ in range(4_000))

    assert tripped_for > 2_000
