"""How does stock's VBx serve recordings of ten hours, and bounds beyond the voices it heard?"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans  # type: ignore[import-untyped]
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from consumer.diarization.clustering.assignment import assign, assign_exclusively
from consumer.diarization.clustering.cutting import cut
from consumer.diarization.clustering.evidence import (
    Clustered,
    ClusteringEvidence,
    Cutting,
    one_voice,
)
from consumer.diarization.clustering.linkage import centroid_linkage
from consumer.diarization.clustering.question import Question
from consumer.diarization.clustering.training import directions, mean_voices, silent_pairs
from consumer.diarization.clustering.variational import Prior, Speakers, find_speakers

VOICES = 4096
"""The PLDA copies what it is given several times over, in float64."""

Plda = Callable[[NDArray[np.float32]], NDArray[np.float64]]
"""Brings voices (voices, dimension) to where speakers are Gaussian (voices, PLDA dimension)."""


@dataclass(frozen=True, slots=True)
class StreamedVBx:
    """Stock's clusters and centroids, without a matrix of all voices by all speakers.

    They are those of its `VBxClustering` with the cosine. Bounds beyond the number of voices are
    lowered to it, as in stock's centroid linkage: stock's VBx fails in k-means.
    """

    plda: Plda
    prior: Prior
    threshold: float
    """Up to this distance clusters merge before VBx begins; voices have length one."""
    is_exclusive: bool
    """Whether no two speakers of a window may share a cluster (stock: constrained_assignment)."""

    def __call__(self, question: Question) -> Clustered:
        """Return clusters, evidence and centroids; raises ValueError for voices of length zero."""
        voices = question.voices()
        if len(voices) < 2:
            return one_voice(question)
        heights, clusters = self._initial_clusters(voices)
        speakers, features = self._speakers(voices, clusters)
        centroids: NDArray[np.floating] = speakers.centroids(features, voices)
        found = len(centroids)
        wanted = question.wanted(found)
        is_forced = wanted != found
        if is_forced:
            centroids = mean_voices(voices, _k_means(directions(voices), wanted))
        if self.is_exclusive and not is_forced:
            silent = silent_pairs(question.masks)
            hard, margins = assign_exclusively(question.embeddings, centroids, silent)
        else:
            hard, margins = assign(question.embeddings, centroids)
        is_unsure = is_forced or not speakers.are_clear
        cutting = Cutting(heights, self.threshold, np.bincount(clusters), is_unsure=is_unsure)
        return hard, ClusteringEvidence(cutting, margins), centroids

    def _initial_clusters(
        self, voices: NDArray[np.float32]
    ) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """Return the heights of the merges, shape (voices - 1,), and clusters, shape (voices,)."""
        dendrogram = centroid_linkage(directions(voices))
        return dendrogram[:, 2], cut(dendrogram, self.threshold)

    def _speakers(
        self, voices: NDArray[np.float32], clusters: NDArray[np.intp]
    ) -> tuple[Speakers, NDArray[np.float64]]:
        """Return the speakers that VBx keeps, and what it saw of the voices."""
        features = np.concatenate(
            [self.plda(voices[start : start + VOICES]) for start in range(0, len(voices), VOICES)]
        )
        return find_speakers(clusters, features, self.prior), features


def _k_means(rows: NDArray[np.float32], number: int) -> NDArray[np.intp]:
    """Cluster as stock does; changes the rows."""
    means = KMeans(n_clusters=number, n_init=3, random_state=42, copy_x=False)
    with threadpool_limits(1):  # threads would add their sums in the order in which they end
        return np.asarray(means.fit_predict(rows), dtype=np.intp)
