"""Who speaks when, now that the speakers of all windows are clustered?

The answer is that of `SpeakerDiarization.apply` in pyannote.audio 4.0.7, from its clustering on and
to the bit, without its arrays of all windows, or all frames, times all clusters.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyannote.core import Annotation

from consumer.diarization.hypothesis import Hypothesis
from consumer.diarization.reconstruction.clustered_speech import ClusteredSpeech
from consumer.diarization.reconstruction.frames import FrameGrid
from consumer.diarization.reconstruction.overlap_add import overlap_add
from consumer.diarization.reconstruction.speaker_naming import name
from consumer.diarization.reconstruction.turn_building import TurnBuilder


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """How a pipeline makes turns of clustered speech."""

    grid: FrameGrid
    min_duration_off: float
    """Seconds; the pauses of a speaker that are not longer are filled."""

    def hypothesis(
        self,
        speech: ClusteredSpeech,
        centroids: NDArray[np.floating],
        count: NDArray[np.uint8],
        max_speakers: float,
    ) -> Hypothesis:
        """Say who speaks when: in each frame the `count` clusters that most windows hear.

        `max_speakers` (maybe infinite) is also the most who can speak at once. Row c of `centroids`
        is the voice of cluster c.
        """
        at_once = np.minimum(count, int(min(max_speakers, count.max())))
        turns, exclusive = self._annotate(speech, at_once, np.minimum(at_once, 1))
        return name(turns, exclusive, centroids)

    def _annotate(
        self, speech: ClusteredSpeech, *counts: NDArray[np.uint8]
    ) -> tuple[Annotation, ...]:
        """Return the turns for each of the counts, whose clusters are ranked only once."""
        # Where more speak at once than there are clusters, stock lets clusters without voice speak.
        builders = [
            TurnBuilder(self.grid, max(speech.number, int(count.max()))) for count in counts
        ]
        widths = {builder.clusters for builder in builders}
        for frames, activations in overlap_add(
            self.grid, speech.clusters, speech.number, speech.votes
        ):
            rankings = {width: _ranking(activations, width) for width in widths}
            for builder, count in zip(builders, counts, strict=True):
                builder.feed(_among_first(rankings[builder.clusters], count[frames]))
        return tuple(builder.build(self.min_duration_off) for builder in builders)


def _ranking(activations: NDArray[np.float32], width: int) -> NDArray[np.intp]:
    """Return the clusters of every frame, the most active first; shape (frames, width).

    Who comes first of equals is up to numpy, for these very numbers in rows of this very width.
    """
    padded = np.zeros((activations.shape[1], width), np.float32)
    padded[:, : len(activations)] = activations.T
    return np.argsort(-padded, axis=-1)


def _among_first(ranking: NDArray[np.intp], count: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which clusters are among the first `count` of their frame; shape (frames, width)."""
    active = np.zeros(ranking.shape, bool)
    for place in range(count.max(initial=0)):
        frames = np.flatnonzero(count > place)
        active[frames, ranking[frames, place]] = True
    return active
