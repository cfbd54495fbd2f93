"""Turns as the contract promises them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.diarization import DiarizationResult, SpeakerSummary, Turn
from tests.unit.schemas.strategies import DURATION_SECONDS, quick, raw_turns

A = Turn(start=0, end=2, speaker="A")
B = Turn(start=1, end=3, speaker="B")


def summary(speaker: str, seconds: float) -> SpeakerSummary:
    return SpeakerSummary(speaker=speaker, speech_seconds=seconds, turns=1)


@quick
@given(raw_turns)
def test_turns_are_sorted_rounded_and_inside_the_audio(
    segments: list[tuple[float, float, str]],
) -> None:
    turns = DiarizationResult.of(segments, None, DURATION_SECONDS).diarization

    assert list(turns) == sorted(turns, key=lambda turn: (turn.start, turn.end, turn.speaker))
    for turn in turns:
        assert 0 <= turn.start < turn.end <= DURATION_SECONDS
        assert (turn.start, turn.end) == (round(turn.start, 3), round(turn.end, 3))


@quick
@given(st.lists(st.floats(0, DURATION_SECONDS), min_size=2, max_size=10).map(sorted))
def test_rounding_and_clipping_make_no_exclusive_turns_overlap(borders: list[float]) -> None:
    segments = [(start, end, "A") for start, end in pairwise(borders)]

    exclusive = DiarizationResult.of(segments, segments, DURATION_SECONDS / 2).exclusive_diarization

    assert exclusive is not None
    assert all(before.end <= after.start for before, after in pairwise(exclusive))


@quick
@given(raw_turns)
def test_the_summary_counts_every_turn(segments: list[tuple[float, float, str]]) -> None:
    result = DiarizationResult.of(segments, None, DURATION_SECONDS)

    assert sum(speaker.turns for speaker in result.speakers) == len(result.diarization)
    assert sum(speaker.speech_seconds for speaker in result.speakers) == pytest.approx(
        sum(turn.end - turn.start for turn in result.diarization), abs=0.01
    )


def test_nobody_spoke() -> None:
    nobody = DiarizationResult.of([], [], 10)

    assert (nobody.diarization, nobody.exclusive_diarization, nobody.speakers) == ((), (), ())
    assert nobody.end_seconds == 0


def test_a_turn_that_rounding_empties_is_dropped() -> None:
    assert DiarizationResult.of([(1.0001, 1.0004, "A")], None, 10).diarization == ()


def test_minus_zero_is_written_as_zero() -> None:
    assert str(Turn(start=-0.0, end=1, speaker="A").start) == "0.0"


def test_a_turn_ends_after_it_starts() -> None:
    with pytest.raises(ValidationError, match="must end after it starts"):
        Turn(start=1, end=1.0004, speaker="A")


def test_a_label_has_no_space_so_that_it_fits_into_rttm() -> None:
    with pytest.raises(ValidationError, match="pattern"):
        Turn(start=0, end=1, speaker="A B")


def test_unsorted_turns_are_refused() -> None:
    with pytest.raises(ValidationError, match="must be sorted"):
        DiarizationResult(diarization=(B, A), speakers=(summary("A", 2), summary("B", 2)))


def test_overlap_is_refused_where_it_is_promised_not_to_be() -> None:
    speakers = (summary("A", 2), summary("B", 2))

    assert DiarizationResult(diarization=(A, B), speakers=speakers).end_seconds == 3
    with pytest.raises(ValidationError, match="must not overlap"):
        DiarizationResult(diarization=(A, B), exclusive_diarization=(A, B), speakers=speakers)


@pytest.mark.parametrize("labels", [(), ("B",), ("A", "A"), ("A", "B")])
def test_speakers_are_exactly_the_labels(labels: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError, match="must name every label"):
        DiarizationResult(diarization=(A,), speakers=tuple(summary(label, 2) for label in labels))
