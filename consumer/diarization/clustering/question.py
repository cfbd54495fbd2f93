"""What is a clustering asked about one recording?"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from consumer.diarization.clustering.training import Pairs, training_pairs

LEAST_ALONE = 0.2
"""Of a window: who is alone for less than that tells too little, says stock (min_active_ratio)."""


@dataclass(frozen=True, slots=True)
class Question:
    """How many people are these voices, and whose is which?"""

    embeddings: NDArray[np.float32]
    """How the speakers of each window sound, shape (windows, local speakers, dimension)."""
    masks: NDArray[np.generic]
    """Who is active, 0 or 1; shape (windows, frames, local speakers)."""
    training: Pairs
    """The pairs that clusters are learned from."""
    fewest: int
    most: int
    """Clusters; no more than there are training pairs, and at least one."""

    @classmethod
    def of(
        cls,
        embeddings: NDArray[np.float32],
        masks: NDArray[np.generic],
        fewest: int = 1,
        most: float = np.inf,
    ) -> Self:
        """Select the voices, and lower the bounds to their number."""
        training = training_pairs(embeddings, masks, LEAST_ALONE)
        voices = max(1, len(training[0]))
        return cls(embeddings, masks, training, min(fewest, voices), int(min(most, voices)))

    def voices(self) -> NDArray[np.float32]:
        """Return a copy of the training embeddings, shape (voices, dimension)."""
        return self.embeddings[self.training]

    def wanted(self, found: int) -> int:
        """Return how many clusters to look for when so many were found."""
        return min(max(found, self.fewest), self.most)
