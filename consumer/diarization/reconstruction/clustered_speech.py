"""Which cluster speaks in which frame of which window?"""

from dataclasses import dataclass
from itertools import combinations
from typing import Self

import numpy as np
from numpy.typing import NDArray

from consumer.diarization.clustering.evidence import NOBODY
from consumer.diarization.reconstruction.overlap_add import Votes


@dataclass(frozen=True, slots=True)
class ClusteredSpeech:
    """The speakers of every window, and the cluster that each of them belongs to."""

    masks: NDArray[np.uint8]
    """0 or 1, shape (windows, frames, local speakers)."""
    clusters: NDArray[np.integer]
    """0, 1, … or `NOBODY`, shape (windows, local speakers)."""

    @classmethod
    def of(cls, masks: NDArray[np.uint8], clusters: NDArray[np.integer]) -> Self:
        """Take those who say nothing out of their clusters: clustering assigns them like others."""
        return cls(masks, np.where(masks.any(axis=1), clusters, NOBODY))

    @property
    def number(self) -> int:
        """How many clusters there are: all up to the last that anybody belongs to."""
        return max(int(self.clusters.max()) + 1, 0)

    def votes(self, windows: slice) -> Votes:
        """Return the masks of these windows, where only one speaker per cluster has each frame."""
        votes = np.ascontiguousarray(self.masks[windows].transpose(0, 2, 1))
        clusters = self.clusters[windows]
        for one, other in combinations(range(votes.shape[1]), 2):
            same = clusters[:, one] == clusters[:, other]
            votes[same, other] &= ~votes[same, one]
        return votes
