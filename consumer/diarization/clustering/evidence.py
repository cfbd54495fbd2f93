"""How near was a clustering to coming out otherwise?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consumer.diarization.clustering.question import Question


@dataclass(frozen=True, slots=True)
class Cutting:
    """How a dendrogram was cut into clusters."""

    heights: NDArray[np.float64]
    """At which distance each merge happened; empty where nothing was clustered."""
    threshold: float
    """The distance at which it was cut."""
    sizes: NDArray[np.intp]
    """Members of the clusters, before small ones dissolve."""
    smallest: int = 0
    """Members that a cluster needs in order not to dissolve."""
    margin: float = np.inf
    """By how much the least decided of the small ones is nearer to the cluster that it joins."""
    is_unsure: bool = False
    """Another number of clusters was asked for than was found, or a speaker was nearly kept."""

    def might_differ(self, tolerance: float) -> bool:
        """Tell whether distances that are off by so much could have made other clusters."""
        near_threshold = np.abs(self.heights - self.threshold) < tolerance
        at_the_minimum = np.isin(self.sizes, (self.smallest - 1, self.smallest))
        is_near = near_threshold.any() or at_the_minimum.any() or self.margin < tolerance
        return self.is_unsure or bool(is_near)


@dataclass(frozen=True, slots=True)
class ClusteringEvidence:
    """The decisions behind the clusters of one recording, each with its distance from another."""

    cutting: Cutting
    margins: NDArray[np.float64]
    """By how much each (window, speaker) prefers its best centroid to the second; of one, inf."""


Clustered = tuple[NDArray[np.intp], ClusteringEvidence, NDArray[np.floating]]
"""The cluster of each (window, speaker), the evidence, and one centroid a row."""


def one_voice(question: Question) -> Clustered:
    """Answer for a recording in which there is nothing to tell apart; without voices, NaN."""
    voices, pairs = question.voices(), question.embeddings.shape[:2]
    cutting = Cutting(np.empty(0), np.inf, np.array([len(voices)]))
    centroid = np.full((1, voices.shape[1]), np.nan, dtype=voices.dtype)
    if len(voices):
        centroid = np.mean(voices, axis=0, keepdims=True)
    evidence = ClusteringEvidence(cutting, np.full(pairs, np.inf))
    return np.zeros(pairs, dtype=np.intp), evidence, centroid
