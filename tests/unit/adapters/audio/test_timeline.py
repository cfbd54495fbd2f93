"""Does every piece of a recording keep its time?"""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.adapters.audio.timeline import TOLERANCE_SECONDS, Timeline


def test_pieces_that_follow_one_another_need_no_silence() -> None:
    timeline = Timeline(due=0.0, end=10.0)

    assert [timeline.silence_before(at, 0.5) for at in (0.0, 0.5, 1.0)] == [0.0, 0.0, 0.0]


def test_a_track_that_starts_late_begins_with_silence() -> None:
    timeline = Timeline(due=0.0, end=10.0)

    assert timeline.silence_before(2.0, 0.5) == 2.0
    assert timeline.silence_before(2.5, 0.5) == 0.0


def test_a_file_without_a_start_begins_with_its_first_piece() -> None:
    timeline = Timeline(due=None, end=math.inf)

    assert timeline.silence_before(3_600.0, 0.5) == 0.0
    assert timeline.silence_before(3_602.5, 0.5) == 2.0


def test_encoder_delay_and_rounding_are_no_holes() -> None:
    timeline = Timeline(due=0.0, end=10.0)

    assert timeline.silence_before(0.069, 0.5) == 0.0


def test_drift_is_made_up_for_once_it_is_more_than_the_tolerance() -> None:
    timeline = Timeline(due=0.0, end=math.inf)

    silences = [timeline.silence_before(number * 1.03, 1.0) for number in range(5)]

    assert silences == pytest.approx([0.0, 0.0, 0.0, 0.0, 0.12])


def test_a_clock_that_is_set_back_goes_on_from_there() -> None:
    timeline = Timeline(due=0.0, end=math.inf)
    timeline.silence_before(0.0, 5.0)

    assert timeline.silence_before(0.0, 1.0) == 0.0
    assert timeline.silence_before(3.0, 1.0) == 2.0


def test_a_piece_without_a_time_follows_the_last() -> None:
    timeline = Timeline(due=0.0, end=10.0)

    assert timeline.silence_before(None, 1.0) == 0.0
    assert timeline.silence_before(1.0, 1.0) == 0.0


def test_a_time_beyond_the_end_of_the_file_is_not_believed() -> None:
    timeline = Timeline(due=0.0, end=10.0)

    assert timeline.silence_before(1e9, 1.0) == 0.0


pieces = st.lists(st.tuples(st.floats(0, 5), st.floats(0.001, 5)), min_size=1, max_size=30)


@given(pieces)
def test_no_piece_is_further_from_its_time_than_the_tolerance(
    gaps_and_durations: list[tuple[float, float]],
) -> None:
    timeline, at, heard = Timeline(due=0.0, end=math.inf), 0.0, 0.0
    for gap, duration in gaps_and_durations:
        at += gap

        heard += timeline.silence_before(at, duration)

        assert heard == pytest.approx(at, abs=TOLERANCE_SECONDS + 1e-6)
        heard += duration
        at += duration
