"""How does a pipeline's clustering become one that long recordings do not break?"""

from collections.abc import Callable
from functools import partial
from typing import Any

from pyannote.audio.pipelines.clustering import BaseClustering, VBxClustering
from pyannote.audio.utils.vbx import cluster_vbx

from consumer.diarization.clustering.agglomerative import LinearMemoryAgglomerative
from consumer.diarization.clustering.evidence import Clustered
from consumer.diarization.clustering.question import Question
from consumer.diarization.clustering.variational import MOST_ITERATIONS, Prior
from consumer.diarization.clustering.vbx import StreamedVBx

Clustering = Callable[[Question], Clustered]
"""Raises ValueError for voices of length zero."""


def scalable(clustering: BaseClustering) -> Clustering:
    """Return what answers as stock's clustering, with all that it was configured with.

    It must be one that `reasons_for_stock` does not speak against.
    """
    # Declared as distributions, parameters are numbers once the pipeline is instantiated.
    stock: Any = clustering
    if not isinstance(clustering, VBxClustering):
        return LinearMemoryAgglomerative(
            stock.threshold, stock.min_cluster_size, stock.constrained_assignment
        )
    phi = stock.plda.phi
    vbx = partial(cluster_vbx, Phi=phi, Fa=stock.Fa, Fb=stock.Fb, maxIters=MOST_ITERATIONS)
    prior = Prior(phi, stock.Fa, stock.Fb)
    return StreamedVBx(stock.plda, vbx, prior, stock.threshold, stock.constrained_assignment)
