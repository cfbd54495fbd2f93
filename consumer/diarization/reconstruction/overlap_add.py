"""What do all windows together say of each frame of the recording?"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from consumer.diarization.reconstruction.frames import FrameGrid

Votes = NDArray[np.uint8]
"""What the voters of some windows say of their frames; shape (windows, voters, frames)."""
WINDOWS_AT_ONCE = 64
"""A third of a megabyte of sums for 20 candidates: it stays in the caches of a core."""


def overlap_add(
    grid: FrameGrid,
    candidates: NDArray[np.integer],
    number: int,
    votes: Callable[[slice], Votes],
) -> Iterator[tuple[slice, NDArray[np.float32]]]:
    """Yield one stretch of frames after the other, and who gets how many votes in each of them.

    Voter v of window w votes for `candidates[w, v]`, a negative one for nobody; `votes` returns
    what the voters of a range of windows say. Sums have the shape (number of candidates, frames).
    """
    starts = grid.starts(len(candidates))
    settled = np.append(starts, grid.total(len(candidates)))
    first, begun = 0, np.zeros((number, 0), np.float32)
    for begin in range(0, len(candidates), WINDOWS_AT_ONCE):
        block = slice(begin, min(begin + WINDOWS_AT_ONCE, len(candidates)))
        last = int(settled[block.stop])
        reach = max(int(starts[block.stop - 1]) + grid.per_window, last)
        sums = np.zeros((number, reach - first), np.float32)
        sums[:, : begun.shape[1]] = begun
        _add(votes(block), candidates[block], sums, starts[block] - first)
        yield slice(first, last), sums[:, : last - first]
        first, begun = last, sums[:, last - first :]


def _add(
    votes: Votes,
    candidates: NDArray[np.integer],
    sums: NDArray[np.float32],
    starts: NDArray[np.int64],
) -> None:
    per_window = votes.shape[2]
    for ballots, chosen, start in zip(votes, candidates.tolist(), starts.tolist(), strict=True):
        for ballot, candidate in zip(ballots, chosen, strict=True):
            if candidate >= 0:
                sums[candidate, start : start + per_window] += ballot
