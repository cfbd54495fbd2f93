"""What are the speakers called, and which voice is whose?"""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from pyannote.core import Annotation

from consumer.core.model import SpeakerTurn
from consumer.diarization.hypothesis import Hypothesis


def name(turns: Annotation, exclusive: Annotation, centroids: NDArray[np.floating]) -> Hypothesis:
    """Name those who have a turn, as stock does: in the order of their clusters as text (0, 10, 2).

    Row c of `centroids` is the voice of cluster c. Speakers without one, heard where more speak at
    once than there are clusters, get zeros.
    """
    names = {cluster: f"SPEAKER_{i:02d}" for i, cluster in enumerate(turns.labels())}
    # Again as text: the hundredth speaker, SPEAKER_100, comes before SPEAKER_11.
    clusters = sorted(names, key=names.__getitem__)
    missing = max(clusters, default=-1) + 1 - len(centroids)
    voices = np.pad(centroids, ((0, max(missing, 0)), (0, 0)))[clusters]
    return Hypothesis(
        tuple(_named(turns, names)),
        tuple(_named(exclusive, names)),
        tuple(names[cluster] for cluster in clusters),
        voices,
    )


def nobody(dimension: int) -> Hypothesis:
    """Return the hypothesis of a recording where nobody ever speaks."""
    return Hypothesis((), (), (), np.zeros((0, dimension)))


def _named(turns: Annotation, names: Mapping[int, str]) -> Iterator[SpeakerTurn]:
    for segment, _, cluster in turns.itertracks(yield_label=True):
        yield SpeakerTurn(segment.start, segment.end, names[cluster])
