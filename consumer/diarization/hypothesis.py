"""What did the engine hear in one recording?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consumer.core.errors import AudioEmpty
from consumer.core.model import Diarization, Recording, SpeakerBounds, SpeakerTurn
from consumer.diarization.bounds import limits, missed
from consumer.diarization.turns import speakers_of, tidy


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """Who spoke when, as stock says it: unrounded, and to the end of the last window."""

    turns: tuple[SpeakerTurn, ...]
    """In the order of pyannote's `Annotation`."""
    exclusive: tuple[SpeakerTurn, ...] | None
    """The same with at most one speaker at a time; None: the pipeline is a legacy one."""
    speakers: tuple[str, ...]
    """SPEAKER_00, SPEAKER_01, … in the order of the rows of `centroids`."""
    centroids: NDArray[np.floating]
    """One voice a row, shape (speakers, dimension); NaN where the recording was too short."""


def diarization_of(hypothesis: Hypothesis, seconds: float, bounds: SpeakerBounds) -> Diarization:
    """Bring a hypothesis into the form of the contract, and say which bounds were missed.

    `seconds` is how long the recording lasts.
    """
    turns = tidy(hypothesis.turns, seconds)
    exclusive = None if hypothesis.exclusive is None else tidy(hypothesis.exclusive, seconds)
    warnings = missed(bounds, len(speakers_of(turns)))
    voices = {
        speaker: tuple(centroid.tolist())
        for speaker, centroid in zip(hypothesis.speakers, hypothesis.centroids, strict=True)
        if np.isfinite(centroid).all()
    }
    return Diarization(turns, exclusive, warnings, voices)


def check_answerable(recording: Recording) -> None:
    """Raise `AudioEmpty` or `SpeakerBoundsImpossible` where there can be no hypothesis."""
    if not len(recording.waveform.samples):
        raise AudioEmpty("the recording has no samples")
    limits(recording.bounds)
