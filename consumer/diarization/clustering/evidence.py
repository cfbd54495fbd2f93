"""How near was a clustering to coming out otherwise?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ClusteringEvidence:
    """The decisions behind the clusters of one recording, each with its distance from another."""

    heights: NDArray[np.float64]
    """At which distance each merge happened; empty where nothing was clustered."""
    sizes: NDArray[np.intp]
    """Members of the clusters that the dendrogram was cut into, before small ones dissolve."""
    margins: NDArray[np.float64]
    """By how much each (window, speaker) prefers its best centroid to the second; of one, inf."""


Clustered = tuple[NDArray[np.intp], ClusteringEvidence, NDArray[np.floating]]
"""The cluster of each (window, speaker), the evidence, and one centroid a row."""


def one_voice(voices: NDArray[np.floating], pairs: tuple[int, int]) -> Clustered:
    """Answer for a recording in which there is nothing to tell apart; without voices, NaN."""
    evidence = ClusteringEvidence(np.empty(0), np.array([len(voices)]), np.full(pairs, np.inf))
    centroid = np.full((1, voices.shape[1]), np.nan, dtype=voices.dtype)
    if len(voices):
        centroid = np.mean(voices, axis=0, keepdims=True)
    return np.zeros(pairs, dtype=np.intp), evidence, centroid
