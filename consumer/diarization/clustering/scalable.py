"""How does a pipeline's clustering become one that long recordings do not break?"""

from pyannote.audio.pipelines.clustering import BaseClustering, VBxClustering

from consumer.diarization.clustering.agglomerative import LinearMemoryAgglomerative
from consumer.diarization.clustering.vbx import StreamedVBx


def scalable(clustering: BaseClustering) -> LinearMemoryAgglomerative | StreamedVBx:
    """Turn stock's clustering into ours in place, with all that it was configured with."""
    is_vbx = isinstance(clustering, VBxClustering)
    clustering.__class__ = StreamedVBx if is_vbx else LinearMemoryAgglomerative
    assert isinstance(clustering, LinearMemoryAgglomerative | StreamedVBx)  # noqa: S101
    return clustering
