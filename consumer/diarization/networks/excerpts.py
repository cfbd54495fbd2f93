"""What is known of a recording while its windows pass through the networks?

`Heard` holds what stock calls segmentations and embeddings of a file, an `Excerpt` is the part of a
chunk that one row of its embedding batches stands for, and a `Gathering` makes those batches.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consumer.diarization.networks.crops import Crop
from consumer.diarization.networks.features import Features
from consumer.diarization.networks.masks import Masks
from consumer.diarization.networks.sound import Sound


@dataclass(frozen=True, slots=True)
class Findings:
    """What the networks say of one recording, window by window."""

    masks: Masks
    """Who is active, shape (windows, frames, local speakers)."""
    embeddings: NDArray[np.float32]
    """How they sound, shape (windows, local speakers, dimension)."""


@dataclass(slots=True)
class Heard:
    """One recording on its way through the networks."""

    sound: Sound
    features: Features
    findings: Findings
    missing: int
    """Windows that are not done yet."""

    @property
    def masks(self) -> Masks:
        return self.findings.masks

    @property
    def embeddings(self) -> NDArray[np.float32]:
        return self.findings.embeddings


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The part of a window in which somebody speaks."""

    heard: Heard
    window: int
    crop: Crop
    pooled: NDArray[np.uint8]
    """The frames to pool over, shape (local speakers, frames of the window)."""


class Gathering:
    """Gathers excerpts of one length until they fill a batch."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._waiting: dict[int, list[Excerpt]] = defaultdict(list)

    def add(self, excerpt: Excerpt) -> list[Excerpt] | None:
        """Return the batch that the excerpt completes, if it does."""
        batch = self._waiting[excerpt.crop.length]
        batch.append(excerpt)
        if len(batch) < self._size:
            return None
        return self._waiting.pop(excerpt.crop.length)

    def flush(self) -> Iterator[list[Excerpt]]:
        """Return what has not found company."""
        while self._waiting:
            yield self._waiting.popitem()[1]
