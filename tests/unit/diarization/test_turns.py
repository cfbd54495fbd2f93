"""Whether turns leave the engine in the order and within the limits of the contract."""

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from consumer.core.model import SpeakerTurn
from consumer.diarization.turns import overlap, speakers_of, tidy

moments = st.floats(min_value=-5, max_value=50, allow_nan=False)
turns = st.builds(
    SpeakerTurn, start=moments, end=moments, speaker=st.sampled_from(["ANNA", "BERT", "CLEO"])
)
durations = st.floats(min_value=0.0001, max_value=40, allow_nan=False)


@given(st.lists(turns), durations)
def test_turns_are_sorted_and_inside_the_recording(
    raw: list[SpeakerTurn], duration_seconds: float
) -> None:
    tidied = tidy(raw, duration_seconds)

    assert list(tidied) == sorted(tidied)
    assert all(0 <= turn.start < turn.end <= round(duration_seconds, 3) for turn in tidied)


@given(st.lists(turns), durations)
def test_tidying_twice_changes_nothing(raw: list[SpeakerTurn], duration_seconds: float) -> None:
    once = tidy(raw, duration_seconds)

    assert tidy(once, duration_seconds) == once


@given(st.lists(st.integers(0, 30_000).map(lambda ms: ms / 1000), min_size=2, max_size=20))
def test_turns_inside_the_recording_pass_unchanged(edges: list[float]) -> None:
    inside = [SpeakerTurn(start, end, "ANNA") for start, end in pairwise(edges) if start < end]

    assert tidy(inside, 30.0) == tuple(sorted(inside))


def test_turns_are_rounded_to_milliseconds() -> None:
    raw = [SpeakerTurn(0.0309375, 4.2174999, "ANNA")]

    assert tidy(raw, 10.0) == (SpeakerTurn(0.031, 4.217, "ANNA"),)


def test_what_is_heard_in_the_padding_after_the_end_is_dropped() -> None:
    raw = [SpeakerTurn(0.031, 9.97, "ANNA"), SpeakerTurn(4.0, 9.97, "BERT")]

    assert tidy(raw, 0.1) == (SpeakerTurn(0.031, 0.1, "ANNA"),)


def test_a_moment_that_is_not_a_number_never_leaves() -> None:
    raw = [SpeakerTurn(math.nan, 1.0, "ANNA"), SpeakerTurn(0.0, math.nan, "ANNA")]

    assert tidy(raw, 10.0) == ()


def test_notices_two_turns_that_share_a_moment() -> None:
    assert overlap([SpeakerTurn(0.0, 2.0, "ANNA"), SpeakerTurn(1.9, 3.0, "BERT")])


def test_turns_that_touch_do_not_overlap() -> None:
    assert not overlap([SpeakerTurn(0.0, 2.0, "ANNA"), SpeakerTurn(2.0, 3.0, "BERT")])


def test_a_speaker_counts_once() -> None:
    spoken = [SpeakerTurn(0.0, 1.0, "ANNA"), SpeakerTurn(2.0, 3.0, "ANNA")]

    assert speakers_of(spoken) == {"ANNA"}
