"""How does stock's agglomerative clustering serve recordings of ten hours?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consumer.diarization.clustering.assignment import assign, assign_exclusively
from consumer.diarization.clustering.cutting import (
    cut,
    cut_after,
    dissolve_small,
    merge_nearest_to,
)
from consumer.diarization.clustering.evidence import (
    Clustered,
    ClusteringEvidence,
    Cutting,
    one_voice,
)
from consumer.diarization.clustering.linkage import centroid_linkage
from consumer.diarization.clustering.question import Question
from consumer.diarization.clustering.training import directions, mean_voices


@dataclass(frozen=True, slots=True)
class LinearMemoryAgglomerative:
    """Stock's clusters and centroids, number by number, in memory linear in the recording.

    They are those of its `AgglomerativeClustering` with centroid linkage and the cosine.
    """

    threshold: float
    """Up to this distance clusters merge; voices have length one."""
    min_cluster_size: int
    """Voices; of few voices, a tenth is enough."""
    is_exclusive: bool
    """Whether no two speakers of a window may share a cluster (stock: constrained_assignment)."""

    def __call__(self, question: Question) -> Clustered:
        """Return clusters, evidence and centroids; raises ValueError for voices of length zero."""
        if question.most < 2:
            return one_voice(question)
        clusters, cutting = self._cluster(question)
        centroids = mean_voices(question.voices(), clusters)
        if self.is_exclusive:
            nobody = np.zeros(question.embeddings.shape[:2], dtype=bool)
            hard, margins = assign_exclusively(question.embeddings, centroids, nobody)
        else:
            hard, margins = assign(question.embeddings, centroids)
        return hard, ClusteringEvidence(cutting, margins), centroids

    def _cluster(self, question: Question) -> tuple[NDArray[np.intp], Cutting]:
        """Return the cluster of each training voice, and how the dendrogram was cut."""
        rows = directions(question.voices())
        smallest = min(self.min_cluster_size, max(1, round(0.1 * len(rows))))
        dendrogram = centroid_linkage(rows)
        clusters = cut(dendrogram, self.threshold)
        found = int((np.bincount(clusters) >= smallest).sum())
        wanted = question.wanted(found)
        is_forced = wanted != found
        if is_forced:
            merge = merge_nearest_to(dendrogram, self.threshold, smallest, wanted)
            clusters = cut_after(dendrogram, merge)
        sizes = np.bincount(clusters)
        clusters, margin = dissolve_small(rows, clusters, smallest)
        heights = dendrogram[:, 2]
        return clusters, Cutting(heights, self.threshold, sizes, smallest, margin, is_forced)
