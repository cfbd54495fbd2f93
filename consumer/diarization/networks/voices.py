"""How do the speakers of many windows get their embeddings, a batch at a time?

This is stock's `get_embeddings`, the paper's local speaker embedding.
"""

from collections import deque
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from consumer.diarization.networks.embedding import SpeakerEmbedding
from consumer.diarization.networks.excerpts import Excerpt, Gathering, Heard
from consumer.diarization.networks.lanes import Lanes

if TYPE_CHECKING:
    from concurrent.futures import Future


class Voices:
    """Takes windows in; what is heard in them comes to stand with their recordings."""

    def __init__(self, network: SpeakerEmbedding, lanes: Lanes) -> None:
        self._network = network
        self._lanes = lanes
        self._gathering = Gathering(network.batch)
        self._under_way: deque[tuple[list[Excerpt], Future[NDArray[np.float32]]]] = deque()

    def feed(self, heard: Heard, window: int, pooled: NDArray[np.uint8]) -> None:
        """Take a window; `pooled` are the frames to pool over, shape (frames, local speakers)."""
        crop = self._network.crop(pooled.T)
        if crop is None:
            heard.missing -= 1
        elif batch := self._gathering.add(Excerpt(heard, window, crop, pooled.T)):
            self._submit(batch)

    def submit_rest(self) -> None:
        """Embed what has found no company, too."""
        for batch in self._gathering.flush():
            self._submit(batch)

    @property
    def are_under_way(self) -> bool:
        """Whether anything has been submitted and not been collected."""
        return bool(self._under_way)

    def collect(self) -> None:
        """Take what is embedded already."""
        while self._under_way and self._under_way[0][1].done():
            self.collect_next()

    def collect_next(self) -> None:
        """Wait for the batch that was submitted first."""
        excerpts, embeddings = self._under_way.popleft()
        for excerpt, rows in zip(excerpts, embeddings.result(), strict=True):
            excerpt.heard.embeddings[excerpt.window] = rows
            excerpt.heard.missing -= 1

    def cancel(self) -> None:
        for _, embeddings in self._under_way:
            embeddings.cancel()

    def _submit(self, excerpts: list[Excerpt]) -> None:
        self._under_way.append((excerpts, self._lanes.submit(self._network, excerpts)))
