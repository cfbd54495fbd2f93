"""How does stock's agglomerative clustering serve recordings of ten hours?"""

import numpy as np
from numpy.typing import NDArray
from pyannote.audio.pipelines.clustering import AgglomerativeClustering
from pyannote.core import SlidingWindowFeature
from scipy.cluster.hierarchy import linkage  # type: ignore[import-untyped]

from consumer.diarization.clustering.assignment import assign, assign_exclusively
from consumer.diarization.clustering.cutting import (
    cut,
    cut_after,
    dissolve_small,
    merge_nearest_to,
    wanted_number,
)
from consumer.diarization.clustering.evidence import (
    Clustered,
    ClusteringEvidence,
    Cutting,
    one_voice,
)
from consumer.diarization.clustering.linkage import centroid_linkage
from consumer.diarization.clustering.training import mean_voices, training_pairs

EUCLIDEAN = ("centroid", "median", "ward")
"""Linkages that know no cosine: for them voices are brought to length one."""


class LinearMemoryAgglomerative(AgglomerativeClustering):
    """Stock's clusters and centroids, number by number, in memory linear in the recording.

    The second answer is not one similarity per centroid but the evidence of the decisions.
    """

    def __call__(  # type: ignore[override]
        self,
        embeddings: NDArray[np.float32],
        segmentations: SlidingWindowFeature,
        num_clusters: int | None = None,
        min_clusters: int | None = None,
        max_clusters: int | None = None,
        **_: object,
    ) -> Clustered:
        """Return clusters, evidence and centroids; raises ValueError for voices of length zero."""
        pairs = training_pairs(embeddings, segmentations.data, min_active_ratio=0.2)
        voices = embeddings[pairs]
        asked, fewest, most = self.set_num_clusters(
            len(voices), num_clusters, min_clusters, max_clusters
        )
        if most < 2:
            return one_voice(voices, embeddings.shape[:2])
        clusters, cutting = self._cluster(voices, asked, fewest, most)
        # In `_cluster` the voices were brought to length one.
        centroids = mean_voices(embeddings[pairs], clusters)
        if self.constrained_assignment:
            nobody = np.zeros(embeddings.shape[:2], dtype=bool)
            hard, margins = assign_exclusively(embeddings, centroids, self.metric, nobody)
        else:
            hard, margins = assign(embeddings, centroids, self.metric)
        return hard, ClusteringEvidence(cutting, margins), centroids

    def _cluster(
        self, voices: NDArray[np.float32], asked: int | None, fewest: int, most: int
    ) -> tuple[NDArray[np.intp], Cutting]:
        """Return clusters, and how the dendrogram was cut; changes the voices."""
        smallest = min(self.min_cluster_size, max(1, round(0.1 * len(voices))))
        dendrogram = self._dendrogram(voices)
        clusters = cut(dendrogram, self.threshold)
        found = int((np.bincount(clusters) >= smallest).sum())
        wanted = wanted_number(found, asked, fewest, most)
        is_forced = wanted != found
        if is_forced:
            merge = merge_nearest_to(dendrogram, self.threshold, smallest, wanted)
            clusters = cut_after(dendrogram, merge)
        sizes = np.bincount(clusters)
        clusters, margin = dissolve_small(voices, clusters, smallest, self.metric)
        heights = dendrogram[:, 2]
        return clusters, Cutting(heights, self.threshold, sizes, smallest, margin, is_forced)

    def _dendrogram(self, voices: NDArray[np.float32]) -> NDArray[np.float64]:
        if self.metric != "cosine" or self.method not in EUCLIDEAN:
            return np.asarray(linkage(voices, method=self.method, metric=self.metric))
        with np.errstate(divide="ignore", invalid="ignore"):
            voices /= np.linalg.norm(voices, axis=-1, keepdims=True)
        if self.method == "centroid":
            return centroid_linkage(voices)
        return np.asarray(linkage(voices, method=self.method, metric="euclidean"))
