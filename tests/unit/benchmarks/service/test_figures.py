"""What is usual, and what grows?"""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.service.figures import BLOCKS, TooFewSamples, percentile, slope

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200)
HOUR = [float(second) for second in range(3600)]


@given(VALUES, st.floats(0, 100))
def test_so_many_percent_do_not_exceed_the_percentile(values: list[float], percent: float) -> None:
    found = percentile(values, percent)

    not_above = sum(value <= found for value in values)
    below = sum(value < found for value in values)

    assert found in values
    assert not_above >= len(values) * percent / 100 - 1e-9
    assert below <= len(values) * percent / 100 + 1e-9


def test_the_percentiles_of_a_hundred_values_are_these_values() -> None:
    values = [float(number) for number in range(100, 0, -1)]

    assert [percentile(values, percent) for percent in (0, 1, 50, 99, 100)] == [1, 1, 50, 99, 100]


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


@given(st.floats(-100, 100), st.floats(-1e3, 1e3))
def test_a_line_has_its_own_slope_and_no_doubt(steepness: float, start: float) -> None:
    found = slope(HOUR, [start + steepness * when for when in HOUR])

    assert found.value == pytest.approx(steepness, abs=1e-6)
    assert found.margin == pytest.approx(0, abs=1e-6)


def test_noise_without_growth_is_mostly_told_from_growth() -> None:
    drawn = random.Random(1)
    flat = [slope(HOUR, [drawn.gauss(100, 5) for _ in HOUR]) for _ in range(200)]

    false_alarms = sum(each.is_distinguishable for each in flat)

    assert 1 <= false_alarms <= 20  # 5 % of 200 are to be expected


def test_growth_is_seen_through_noise() -> None:
    drawn = random.Random(2)
    grown = slope(HOUR, [drawn.gauss(100 + 0.01 * when, 5) for when in HOUR])

    assert grown.is_distinguishable
    assert abs(grown.value - 0.01) <= grown.margin


def test_too_few_samples_say_nothing() -> None:
    with pytest.raises(TooFewSamples, match="11 samples"):
        slope(HOUR[: BLOCKS - 1], HOUR[: BLOCKS - 1])
