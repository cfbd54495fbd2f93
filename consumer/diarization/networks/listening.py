"""How do the windows of many recordings share the networks?

All windows form one stream. Segmentation goes a little ahead; whoever is heard in a window is
embedded while the next windows are segmented.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from consumer.diarization.networks.embedding import SpeakerEmbedding
from consumer.diarization.networks.excerpts import Excerpt, Gathering, Heard
from consumer.diarization.networks.lanes import Lanes
from consumer.diarization.networks.masks import Masks, embedding_masks
from consumer.diarization.networks.segmentation import Segmentation
from consumer.diarization.networks.shapes import Shapes
from consumer.diarization.networks.sound import Sound

if TYPE_CHECKING:
    from concurrent.futures import Future

    from numpy.typing import NDArray

Window = tuple[Heard, int]


@dataclass(frozen=True, slots=True)
class Networks:
    """The two networks of a pipeline."""

    segmentation: Segmentation
    embedding: SpeakerEmbedding
    shortest_clean: int | None
    """Frames; speakers who are alone for no longer are embedded with whom they overlap."""
    shapes: Shapes

    def begin(self, sound: Sound) -> Heard:
        """Return a recording of which nothing is known yet."""
        frames, speakers = self.segmentation.frames, self.segmentation.speakers
        unheard = self.embedding.unheard
        return Heard(
            sound,
            self.embedding.features(sound),
            masks=np.zeros((sound.windows, frames, speakers), np.uint8),
            embeddings=np.tile(unheard, (sound.windows, speakers, 1)),
            missing=sound.windows,
        )


class Listening:
    """A batch of recordings on its way through the networks."""

    def __init__(self, networks: Networks, lanes: Lanes, sounds: Sequence[Sound]) -> None:
        self._networks = networks
        self._lanes = lanes
        self._open = deque(networks.begin(sound) for sound in sounds)
        self._gathering = Gathering(networks.shapes.trunk)
        self._segmenting: deque[tuple[list[Window], Future[Masks]]] = deque()
        self._embedding: deque[tuple[list[Excerpt], Future[NDArray[np.float32]]]] = deque()

    def __iter__(self) -> Iterator[Heard]:
        """Yield the recordings in their order, each as soon as it is done."""
        try:
            for windows, masks in self._segmented():
                self._find_speakers(windows, masks)
                self._collect(until_empty=False)
                yield from self._done()
            for batch in self._gathering.flush():
                self._embed(batch)
            self._collect(until_empty=True)
            yield from self._done()
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

    def _find_speakers(self, windows: list[Window], masks: Masks) -> None:
        pooled = embedding_masks(masks, self._networks.shortest_clean)
        for (heard, window), mask, frames in zip(windows, masks, pooled, strict=True):
            heard.masks[window] = mask
            crop = self._networks.embedding.crop(frames.T)
            if crop is None:
                heard.missing -= 1
            elif batch := self._gathering.add(Excerpt(heard, window, crop, frames.T)):
                self._embed(batch)

    def _embed(self, excerpts: list[Excerpt]) -> None:
        embeddings = self._lanes.submit(self._networks.embedding, excerpts)
        self._embedding.append((excerpts, embeddings))

    def _collect(self, *, until_empty: bool) -> None:
        while self._embedding and (until_empty or self._embedding[0][1].done()):
            excerpts, embeddings = self._embedding.popleft()
            for excerpt, rows in zip(excerpts, embeddings.result(), strict=True):
                excerpt.heard.embeddings[excerpt.window] = rows
                excerpt.heard.missing -= 1

    def _done(self) -> Iterator[Heard]:
        while self._open and not self._open[0].missing:
            yield self._open.popleft()

    def _give_up(self) -> None:
        """Leave nothing in the lanes; they may hold the memory of the device."""
        for _, masks in self._segmenting:
            masks.cancel()
        for _, embeddings in self._embedding:
            embeddings.cancel()
