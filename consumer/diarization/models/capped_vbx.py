"""What VBx answers when it is asked for more speakers than it heard voices."""

import numpy as np
from numpy.typing import NDArray
from pyannote.audio.pipelines.clustering import VBxClustering
from pyannote.core import SlidingWindowFeature


class CappedVBx(VBxClustering):
    """Stock VBx, except that it settles for as many speakers as there are voices.

    Stock's centroid linkage does so, too; its VBx fails in k-means. Where stock answers, this
    gives the same answer.
    """

    def __call__(
        self,
        embeddings: NDArray[np.float32],
        segmentations: SlidingWindowFeature | None = None,
        num_clusters: int | None = None,
        min_clusters: int | None = None,
        max_clusters: int | None = None,
        **kwargs: object,
    ) -> NDArray[np.generic]:
        """Return stock's clusters, with the bounds lowered to the number of voices."""
        voices, _, _ = self.filter_embeddings(embeddings, segmentations=segmentations)
        number, fewest, most = self.set_num_clusters(
            len(voices), num_clusters, min_clusters, max_clusters
        )
        return super().__call__(embeddings, segmentations, number, fewest, most, **kwargs)
