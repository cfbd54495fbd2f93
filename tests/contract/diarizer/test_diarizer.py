"""What everybody may rely on who holds a `Diarizer`, the fake as well as the real one."""

import numpy as np
import pytest
from numpy.typing import NDArray

from consumer.core.errors import AudioEmpty, SpeakerBoundsImpossible
from consumer.core.model import Diarization, Recording, SpeakerBounds
from consumer.core.ports import Diarizer
from consumer.diarization.turns import overlap, speakers_of
from tests.fakes.speech import silence, waveform
from tests.fakes.steps import diarized

Samples = NDArray[np.float32]


def answer(diarizer: Diarizer, recording: Recording) -> Diarization:
    (found,) = diarized(diarizer, [recording])
    assert isinstance(found, Diarization)
    return found


def test_no_recordings_have_no_answers(diarizer: Diarizer) -> None:
    assert list(diarized(diarizer, [])) == []


@pytest.mark.parametrize("seconds", [0.001, 0.1, 1.0, 7.3, 12.0])
def test_turns_are_sorted_and_inside_the_recording(
    diarizer: Diarizer, speech: Samples, seconds: float
) -> None:
    found = answer(diarizer, Recording(waveform(speech[: round(seconds * 16_000)])))

    for turns in (found.turns, found.exclusive or ()):
        assert list(turns) == sorted(turns)
        assert all(0 <= turn.start < turn.end <= seconds for turn in turns)


def test_exclusive_turns_never_overlap(diarizer: Diarizer, speech: Samples) -> None:
    found = answer(diarizer, Recording(waveform(speech)))

    assert found.turns
    assert found.exclusive
    assert not overlap(found.exclusive)


def test_answers_stand_in_the_order_of_the_recordings(diarizer: Diarizer, speech: Samples) -> None:
    first, second = Recording(waveform(speech)), Recording(waveform(speech[:40_000]))

    answers = diarized(diarizer, [first, second, first])

    assert list(answers) == [answer(diarizer, one) for one in (first, second, first)]


def test_a_bad_recording_never_fails_its_neighbours(diarizer: Diarizer, speech: Samples) -> None:
    good = Recording(waveform(speech[:40_000]))
    empty = Recording(silence(0))
    impossible = Recording(good.waveform, SpeakerBounds(min_speakers=3, max_speakers=2))

    answers = diarized(diarizer, [empty, good, impossible])

    assert isinstance(answers[0], AudioEmpty)
    assert answers[1] == answer(diarizer, good)
    assert isinstance(answers[2], SpeakerBoundsImpossible)


def test_no_more_speakers_are_found_than_allowed(diarizer: Diarizer, speech: Samples) -> None:
    found = answer(diarizer, Recording(waveform(speech), SpeakerBounds(max_speakers=1)))

    assert len(speakers_of(found.turns)) == 1
    assert found.warnings == ()


def test_bounds_that_were_missed_are_a_warning(diarizer: Diarizer, speech: Samples) -> None:
    found = answer(diarizer, Recording(waveform(speech), SpeakerBounds(num_speakers=50)))

    assert [warning.code for warning in found.warnings] == ["speaker_bounds_impossible"]
