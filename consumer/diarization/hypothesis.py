"""What did the engine hear in one recording?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consumer.core.model import SpeakerTurn


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """Who spoke when, as stock says it: unrounded, and to the end of the last window."""

    turns: tuple[SpeakerTurn, ...]
    """In the order of pyannote's `Annotation`."""
    exclusive: tuple[SpeakerTurn, ...]
    """The same with at most one speaker at a time."""
    speakers: tuple[str, ...]
    """SPEAKER_00, SPEAKER_01, … in the order of the rows of `centroids`."""
    centroids: NDArray[np.floating]
    """One voice a row, shape (speakers, dimension); NaN where the recording was too short."""
