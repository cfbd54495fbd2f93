"""How near was a clustering to coming out otherwise?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consumer.diarization.clustering.question import Question

NOBODY = -2
"""The cluster of speakers who belong to none, in stock, too: they are silent in their window, or it
has more speakers than there are clusters."""


@dataclass(frozen=True, slots=True)
class Cutting:
    """How a dendrogram was cut into clusters."""

    heights: NDArray[np.float64]
    """At which distance each merge happened, shape (voices - 1,); empty if nothing was clustered.

    Distances are Euclidean, between centroids of directions: 0 to 2."""
    threshold: float
    """The distance at which it was cut."""
    sizes: NDArray[np.intp]
    """Voices in each cluster, before small ones dissolve; shape (clusters,)."""
    smallest: int = 0
    """Voices that a cluster needs in order not to dissolve."""
    margin: float = np.inf
    """By how much the least decided of the small ones is nearer, in cosine distance, to the cluster
    that it joins than to the second."""
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
    """By how much the centroid that each speaker of a window prefers is nearer than the second.

    In cosine distance, shape (windows, local speakers); infinite where there is but one centroid, 0
    where a speaker had to yield to another."""


Clustered = tuple[NDArray[np.intp], ClusteringEvidence, NDArray[np.floating]]
"""Clusters 0, 1, … or `NOBODY`, shape (windows, local speakers); the evidence; centroids, shape
(clusters, dimension)."""


def one_voice(question: Question) -> Clustered:
    """Answer for a recording in which there is nothing to tell apart; without voices, NaN."""
    voices, pairs = question.voices(), question.embeddings.shape[:2]
    cutting = Cutting(np.empty(0), np.inf, np.array([len(voices)]))
    centroid = np.full((1, voices.shape[1]), np.nan, dtype=voices.dtype)
    if len(voices):
        centroid = np.mean(voices, axis=0, keepdims=True)
    evidence = ClusteringEvidence(cutting, np.full(pairs, np.inf))
    return np.zeros(pairs, dtype=np.intp), evidence, centroid
