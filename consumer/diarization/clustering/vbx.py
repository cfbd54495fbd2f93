"""How does stock's VBx serve recordings of ten hours, and bounds beyond the voices it heard?"""

import numpy as np
from numpy.typing import NDArray
from pyannote.audio.pipelines.clustering import VBxClustering
from pyannote.core import SlidingWindowFeature
from sklearn.cluster import KMeans  # type: ignore[import-untyped]
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from consumer.diarization.clustering.assignment import assign, assign_exclusively
from consumer.diarization.clustering.cutting import cut, wanted_number
from consumer.diarization.clustering.evidence import (
    Clustered,
    ClusteringEvidence,
    Cutting,
    one_voice,
)
from consumer.diarization.clustering.linkage import centroid_linkage
from consumer.diarization.clustering.training import mean_voices, silent_pairs, training_pairs
from consumer.diarization.clustering.variational import Prior, Speakers, find_speakers

VOICES = 4096
"""The PLDA copies what it is given several times over, in float64."""


class StreamedVBx(VBxClustering):
    """Stock's clusters and centroids, without a matrix of all voices by all speakers.

    It settles for as many speakers as there are voices, as stock's centroid linkage does: stock's
    VBx fails in k-means. The second answer is not one similarity per centroid but the evidence of
    the decisions.
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
        if len(voices) < 2:
            return one_voice(voices, embeddings.shape[:2])
        directions, heights, clusters = self._initial_clusters(voices)
        speakers, features = self._speakers(voices, clusters)
        centroids: NDArray[np.floating] = speakers.centroids(features, voices)
        found = len(centroids)
        wanted = wanted_number(found, asked, fewest, most)
        forced = wanted != found
        if forced:
            centroids = mean_voices(voices, _k_means(directions, wanted))
        if self.constrained_assignment and not forced:
            silent = silent_pairs(segmentations.data)
            hard, margins = assign_exclusively(embeddings, centroids, self.metric, silent)
        else:
            hard, margins = assign(embeddings, centroids, self.metric)
        cutting = Cutting(
            heights,
            self.threshold,
            np.bincount(clusters),
            is_unsure=forced or not speakers.are_clear,
        )
        return hard, ClusteringEvidence(cutting, margins), centroids

    def _initial_clusters(
        self, voices: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.intp]]:
        """Return the directions of the voices, the heights of their merges and their clusters."""
        with np.errstate(divide="ignore", invalid="ignore"):
            directions = voices / np.linalg.norm(voices, axis=1, keepdims=True)
        dendrogram = centroid_linkage(directions)
        return directions, dendrogram[:, 2], cut(dendrogram, self.threshold)

    def _speakers(
        self, voices: NDArray[np.float32], clusters: NDArray[np.intp]
    ) -> tuple[Speakers, NDArray[np.float64]]:
        """Return the speakers that VBx keeps, and what it saw of the voices."""
        features = np.concatenate(
            [self.plda(voices[start : start + VOICES]) for start in range(0, len(voices), VOICES)]
        )
        prior = Prior(self.plda.phi, self.Fa, self.Fb)
        return find_speakers(clusters, features, prior), features


def _k_means(directions: NDArray[np.float32], number: int) -> NDArray[np.intp]:
    """Cluster as stock does; changes the directions."""
    means = KMeans(n_clusters=number, n_init=3, random_state=42, copy_x=False)
    with threadpool_limits(1):  # threads would add their sums in the order in which they end
        return np.asarray(means.fit_predict(directions), dtype=np.intp)
