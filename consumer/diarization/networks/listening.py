"""How do the windows of many recordings share the networks?

All windows form one stream. Segmentation goes a little ahead; whoever is heard in a window is
embedded while the next windows are segmented.
"""

from collections import deque
from collections.abc import Iterator, Sequence
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
    """A batch of recordings on its way through the networks."""

    def __init__(self, networks: Networks, lanes: Lanes, sounds: Sequence[Sound]) -> None:
        self._networks = networks
        self._lanes = lanes
        self._open = deque(networks.begin(sound) for sound in sounds)
        self._segmenting: deque[tuple[list[Window], Future[Masks]]] = deque()
        embedding = networks.rounded_embedding or networks.embedding
        self._voices = Voices(embedding, lanes)

    def __iter__(self) -> Iterator[list[Heard]]:
        """Go on batch by batch; yield the recordings, in their order, that each one completes."""
        try:
            for windows, masks in self._segmented():
                self._note(windows, masks)
                self._voices.collect()
                yield self._done()
            self._voices.submit_rest()
            while self._voices.are_under_way:
                self._voices.collect_next()
                yield self._done()
            yield self._done()
        finally:
            self._give_up()

    def _segmented(self) -> Iterator[tuple[list[Window], Masks]]:
        windows = ((heard, w) for heard in tuple(self._open) for w in range(heard.sound.windows))
        while batch := list(islice(windows, self._networks.shapes.segmentation)):
            sounds = [(heard.sound, window) for heard, window in batch]
            masks = self._lanes.submit(self._networks.segmentation, sounds)
            self._segmenting.append((batch, masks))
            if len(self._segmenting) > self._lanes.count:
                yield self._next_segmented()
        while self._segmenting:
            yield self._next_segmented()

    def _next_segmented(self) -> tuple[list[Window], Masks]:
        windows, masks = self._segmenting.popleft()
        return windows, masks.result()

    def _note(self, windows: list[Window], masks: Masks) -> None:
        """Keep who is active, and have those embedded who are."""
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
