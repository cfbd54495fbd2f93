"""From when to when does each cluster speak?"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from pyannote.core import Annotation, Segment
from pyannote.core.utils.generators import string_generator

from consumer.diarization.reconstruction.frames import FrameGrid


class TurnBuilder:
    """Builds turns from activity that comes one stretch of frames after the other.

    As in stock, a turn lasts from the middle of its first frame to the middle of the frame that
    follows its last, or else of the last frame of the recording.
    """

    def __init__(self, grid: FrameGrid, clusters: int) -> None:
        self.clusters = clusters
        self._grid = grid
        self._frames = 0
        self._active = np.zeros(clusters, bool)
        self._who: list[NDArray[np.intp]] = []
        self._when: list[NDArray[np.float64]] = []

    def feed(self, active: NDArray[np.bool_]) -> None:
        """Take the activity in the frames that follow; shape (frames, clusters)."""
        states = np.vstack([self._active, active])
        frames, clusters = np.nonzero(states[1:] != states[:-1])
        middles = self._grid.middles(self._frames, self._frames + len(active))
        self._switch(clusters, middles[frames])
        self._active = states[-1]
        self._frames += len(active)

    def build(self, min_duration_off: float) -> Annotation:
        """End all turns; return them with pauses up to so many seconds filled.

        A turn that begins in the last frame is empty: annotations drop such.
        """
        self._end()
        turns = Annotation()
        # Where two turns are as long, stock lists them by the names of their tracks.
        tracks = dict(zip(range(self.clusters), string_generator(), strict=False))
        for cluster, start, end in self._turns():
            turns[Segment(start, end), tracks[cluster]] = cluster
        return turns.support(collar=min_duration_off) if min_duration_off > 0 else turns

    def _switch(self, clusters: NDArray[np.intp], seconds: NDArray[np.float64]) -> None:
        self._who.append(clusters)
        self._when.append(seconds)

    def _end(self) -> None:
        speaking = np.flatnonzero(self._active)
        last = self._grid.middles(self._frames - 1, self._frames)
        self._switch(speaking, last.repeat(len(speaking)))

    def _turns(self) -> Iterator[tuple[int, float, float]]:
        """Pair the switches: those of one cluster turn it on and off by turns."""
        order = np.argsort(np.concatenate(self._who), kind="stable")
        who = np.concatenate(self._who)[order].tolist()
        when = np.concatenate(self._when)[order].tolist()
        return zip(who[::2], when[::2], when[1::2], strict=True)
