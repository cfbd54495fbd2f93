"""How do the windows of many recordings share the networks?

All windows form one stream. Segmentation goes a little ahead; whoever is heard in a window is
embedded while the next windows are segmented.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from consumer.diarization.networks.excerpts import Heard
from consumer.diarization.networks.lanes import Lanes
from consumer.diarization.networks.masks import Masks, embedding_masks
from consumer.diarization.networks.networks import Networks
from consumer.diarization.networks.sound import Sound
from consumer.diarization.networks.voices import Voices

if TYPE_CHECKING:
    from concurrent.futures import Future

Window = tuple[Heard, int]


class Listening:
    """A batch of recordings on its way through the networks; holds none that it has yielded."""

    def __init__(self, networks: Networks, lanes: Lanes, sounds: Iterable[Sound]) -> None:
        self._networks = networks
        self._lanes = lanes
        self._open = deque(networks.begin(sound) for sound in sounds)
        self._segmenting: deque[tuple[list[Window], Future[Masks]]] = deque()
        embedding = networks.rounded_embedding or networks.embedding
        self._voices = Voices(embedding, lanes)

    def __iter__(self) -> Iterator[list[Heard]]:
        """Go on batch by batch; yield the recordings, in their order, that each one completes."""
        try:
            for _ in self._segmented():
                self._voices.collect()
                yield self._done()
            self._voices.submit_rest()
            while self._voices.are_under_way:
                self._voices.collect_next()
                yield self._done()
            yield self._done()
        finally:
            self._give_up()

    def _segmented(self) -> Iterator[None]:
        """Segment ahead; at each step one more batch has been noted."""
        windows = _windows(deque(self._open))
        while self._segment(list(islice(windows, self._networks.shapes.segmentation))):
            if len(self._segmenting) > self._lanes.count:
                self._note_next()
                yield
        while self._segmenting:
            self._note_next()
            yield

    def _segment(self, windows: list[Window]) -> bool:
        """Have windows segmented; False: there are none."""
        if windows:
            sounds = [(heard.sound, window) for heard, window in windows]
            masks = self._lanes.submit(self._networks.segmentation, sounds)
            self._segmenting.append((windows, masks))
        return bool(windows)

    def _note_next(self) -> None:
        """Keep who is active in the windows that went first, and have those embedded who are."""
        windows, segmented = self._segmenting.popleft()
        masks = segmented.result()
        pooled = embedding_masks(masks, self._networks.shortest_clean)
        for (heard, window), active, frames in zip(windows, masks, pooled, strict=True):
            heard.masks[window] = active
            self._voices.feed(heard, window, frames)

    def _done(self) -> list[Heard]:
        done = []
        while self._open and not self._open[0].missing:
            done.append(self._open.popleft())
        return done

    def _give_up(self) -> None:
        """Leave nothing in the lanes; it may hold the memory of the device."""
        self._voices.cancel()
        for _, masks in self._segmenting:
            masks.cancel()


def _windows(left: deque[Heard]) -> Iterator[Window]:
    """Go through the windows of all recordings; those behind it are not held."""
    while left:
        heard = left.popleft()
        for window in range(heard.sound.windows):
            yield heard, window


def embed_again(networks: Networks, lanes: Lanes, heard: Heard, windows: NDArray[np.intp]) -> None:
    """Embed some windows of a recording exactly."""
    voices = Voices(networks.embedding, lanes)
    pooled = embedding_masks(heard.masks[windows], networks.shortest_clean)
    heard.missing += len(windows)
    try:
        for window, frames in zip(windows.tolist(), pooled, strict=True):
            voices.feed(heard, window, frames)
        voices.submit_rest()
        while voices.are_under_way:
            voices.collect_next()
    finally:
        voices.cancel()
