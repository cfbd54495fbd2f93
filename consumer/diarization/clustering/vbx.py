"""How does stock's VBx serve recordings of ten hours, and bounds beyond the voices it heard?

Where the shares of all speakers in all voices fit into memory, stock's own function finds them, and
centroids have its bits: between two voices that are equal, the last bit decides who is who.
"""

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
from consumer.diarization.clustering.variational import Prior, are_clear, find_speakers, is_kept

VOICES = 8192
"""The PLDA copies what it is given several times over, in float64."""
SHARES = 2**21
"""So many are 16 MB; stock's function holds them several times over."""

Plda = Callable[[NDArray[np.float32]], NDArray[np.float64]]
"""Brings voices (voices, dimension) to where speakers are Gaussian (voices, PLDA dimension)."""
Vbx = Callable[
    [NDArray[np.intp], NDArray[np.float64]], tuple[NDArray[np.float64], NDArray[np.float64]]
]
"""Stock's `cluster_vbx`: of clusters (voices,) and features (voices, PLDA dimension) it makes the
shares of speakers in each voice (voices, speakers), and in all of them (speakers,)."""


@dataclass(frozen=True, slots=True)
class StreamedVBx:
    """Stock's clusters and centroids, without a large matrix of all voices by all speakers.

    They are those of its `VBxClustering` with the cosine. Bounds beyond the number of voices are
    lowered to it, as in stock's centroid linkage: stock's VBx fails in k-means.
    """

    plda: Plda
    vbx: Vbx
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
        centroids, is_clear = self._centroids(voices, clusters)
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
        is_unsure = is_forced or not is_clear
        cutting = Cutting(heights, self.threshold, np.bincount(clusters), is_unsure=is_unsure)
        return hard, ClusteringEvidence(cutting, margins), centroids

    def _initial_clusters(
        self, voices: NDArray[np.float32]
    ) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """Return the heights of the merges, shape (voices - 1,), and clusters, shape (voices,)."""
        dendrogram = centroid_linkage(directions(voices))
        return dendrogram[:, 2], cut(dendrogram, self.threshold)

    def _centroids(
        self, voices: NDArray[np.float32], clusters: NDArray[np.intp]
    ) -> tuple[NDArray[np.floating], bool]:
        """Return the centroids of the speakers that VBx keeps, and whether they are clear."""
        features = np.concatenate(
            [self.plda(voices[start : start + VOICES]) for start in range(0, len(voices), VOICES)]
        )
        if len(voices) > VOICES or len(voices) * (clusters.max() + 1) > SHARES:
            speakers = find_speakers(clusters, features, self.prior)
            return speakers.centroids(features, voices), are_clear(speakers.shares)
        of_each, of_all = self.vbx(clusters, features)
        weights = of_each[:, is_kept(of_all)]
        return weights.T @ voices / weights.sum(0, keepdims=True).T, are_clear(of_all)


def _k_means(rows: NDArray[np.float32], number: int) -> NDArray[np.intp]:
    """Cluster as stock does; changes the rows."""
    means = KMeans(n_clusters=number, n_init=3, random_state=42, copy_x=False)
    with threadpool_limits(1):  # threads would add their sums in the order in which they end
        return np.asarray(means.fit_predict(rows), dtype=np.intp)
