"""How many rows does the last layer of an embedding network see at once?

On a processor its rounding depends on that, and on the place of a row among them: eight rows are
computed as blocks, a ninth in another way. So that every voice has stock's bits, it stands where it
would stand in stock's batches. An accelerator is given one shape always, as with other layers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad

from consumer.diarization.networks.excerpts import Excerpt

LastLayer = Callable[[Tensor, Sequence[Excerpt]], Tensor]
"""Returns the embeddings, shape (excerpts, local speakers, dimension), of as many statistics."""
Linear = Callable[[Tensor], Tensor]
"""Returns shape (rows, dimension) for (rows, statistics)."""


@dataclass(frozen=True, slots=True)
class CanonicalRows:
    """Batches of one size; what they lack is zero."""

    linear: Linear
    size: int

    def __call__(self, statistics: Tensor, _excerpts: Sequence[Excerpt]) -> Tensor:
        batches = torch.split(statistics.flatten(0, 1), self.size)
        rows = torch.cat([self._padded(batch)[: len(batch)] for batch in batches])
        return rows.reshape(*statistics.shape[:2], -1)

    def _padded(self, rows: Tensor) -> Tensor:
        return self.linear(pad(rows, (0, 0, 0, self.size - len(rows))))


@dataclass(frozen=True, slots=True)
class RowsOfStock:
    """The batches of stock's `get_embeddings`: all speakers of all windows of one recording."""

    linear: Linear
    size: int
    """What the pipeline is configured with; the last batch of a recording may have fewer rows."""

    def __call__(self, statistics: Tensor, excerpts: Sequence[Excerpt]) -> Tensor:
        speakers = statistics.shape[1]
        return torch.stack(
            [
                self._embed(rows, excerpt.window * speakers, excerpt.heard.sound.windows * speakers)
                for rows, excerpt in zip(statistics, excerpts, strict=True)
            ]
        )

    def _embed(self, rows: Tensor, first: int, total: int) -> Tensor:
        """Embed the speakers of a window, who are rows of the recording from `first` on."""
        embeddings = []
        while len(rows):
            batch, place = first // self.size * self.size, first % self.size
            size = min(self.size, total - batch)
            here, rows = rows[: size - place], rows[size - place :]
            whole = here.new_zeros(size, here.shape[1])
            whole[place : place + len(here)] = here
            embeddings.append(self.linear(whole)[place : place + len(here)])
            first = batch + size
        return torch.cat(embeddings)
