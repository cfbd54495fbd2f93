"""What everybody may rely on who holds a `Diarizer`, the fake as well as the real one."""

import weakref
from collections.abc import Sequence
from time import monotonic, sleep

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
PATIENCE_SECONDS = 5.0


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


def test_samples_are_free_when_their_recording_is_done_and_the_batch_is_not(
    diarizer: Diarizer, speech: Samples
) -> None:
    audio = [
        speech[:100_000].copy(),
        np.zeros(9 * 16_000, np.float32),
        *(speech.copy() for _ in range(3)),
    ]
    samples = [weakref.ref(one) for one in audio]
    steps = diarizer.diarize([Recording(waveform(one)) for one in audio])
    del audio

    done = set[int]()
    for step in steps:
        for number, conclude in step:
            conclude()
            done.add(number)
        if len(done) < len(samples):
            assert _are_free_soon([samples[number] for number in done])
    assert len(done) == len(samples)


def _are_free_soon(samples: Sequence[weakref.ref[Samples]]) -> bool:
    """A thread that has given its answer may still be about to forget the question."""
    deadline = monotonic() + PATIENCE_SECONDS
    while held := any(one() is not None for one in samples):
        if monotonic() > deadline:
            break
        sleep(0.01)
    return not held


def test_no_more_speakers_are_found_than_allowed(diarizer: Diarizer, speech: Samples) -> None:
    found = answer(diarizer, Recording(waveform(speech), SpeakerBounds(max_speakers=1)))

    assert len(speakers_of(found.turns)) == 1
    assert found.warnings == ()


def test_bounds_that_were_missed_are_a_warning(diarizer: Diarizer, speech: Samples) -> None:
    found = answer(diarizer, Recording(waveform(speech), SpeakerBounds(num_speakers=50)))

    assert [warning.code for warning in found.warnings] == ["speaker_bounds_impossible"]
