"""What a segmentation and an embedding network could have said of a recording."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyannote.core import SlidingWindow, SlidingWindowFeature

from consumer.core.model import SpeakerBounds
from consumer.diarization.bounds import limits
from consumer.diarization.clustering.question import Question
from tests.fakes.voices import noisy

FRAMES = 60
UNBOUNDED = SpeakerBounds()


@dataclass(frozen=True, slots=True)
class Heard:
    """The embeddings and masks of one recording."""

    embeddings: NDArray[np.float32]
    masks: NDArray[np.uint8]

    def for_us(self, bounds: SpeakerBounds = UNBOUNDED) -> Question:
        """Return what our clustering is asked."""
        return Question.of(self.embeddings.copy(), self.masks, *limits(bounds))

    @property
    def for_stock(self) -> dict[str, Any]:
        """The arguments of stock's clustering, whose masks are of float."""
        window = SlidingWindow(duration=10.0, step=1.0)
        masks = SlidingWindowFeature(self.masks.astype(np.float32), window)
        return {"embeddings": self.embeddings.copy(), "segmentations": masks}


def heard(windows: int, speakers: int, noise: float, seed: int, dimension: int = 32) -> Heard:
    """Make up a recording; a third of the speakers of its windows say next to nothing."""
    random = np.random.default_rng(seed)
    share = random.choice([0.0, 0.1, 0.5, 0.9], size=(windows, 1, 3), p=[0.2, 0.1, 0.4, 0.3])
    masks = (random.random((windows, FRAMES, 3)) < share).astype(np.uint8)
    voices = noisy(windows * 3, speakers, noise, seed, dimension)
    lengths = random.uniform(0.5, 3, size=(windows * 3, 1)).astype(np.float32)
    return Heard((voices * lengths).reshape(windows, 3, dimension), masks)


def silent(windows: int, dimension: int = 32) -> Heard:
    """Make up a recording in which nobody speaks."""
    return Heard(
        np.ones((windows, 3, dimension), dtype=np.float32),
        np.zeros((windows, FRAMES, 3), dtype=np.uint8),
    )
