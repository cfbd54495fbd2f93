"""Which of the rows after it lies nearest to each row, and how near can the others be?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROWS, COLUMNS = 256, 8192
"""One tile of products is 8 MiB; fixed, so that bits depend on nothing else."""
ERROR = np.float32(1e-5)
"""Ten times what rounding to float32 makes of a squared distance between rows of length one."""


@dataclass(frozen=True, slots=True)
class FirstNeighbours:
    """What float32 can tell of each row; all have the shape (rows,).

    Distances are squared and Euclidean, and bounds from below: no later row is nearer than that.
    """

    partner: NDArray[np.intp]
    """The nearest later row; -1 where float32 cannot tell, and for the last row."""
    nearest: NDArray[np.float64]
    """How near the nearest later row can be; infinite for the last row."""
    beyond: NDArray[np.float64]
    """How near later rows other than the partner can be."""


def first_neighbours(rows: NDArray[np.floating]) -> FirstNeighbours:
    """Look at each pair of rows once, tile by tile; rows have the shape (rows, dimension)."""
    single = np.ascontiguousarray(rows, dtype=np.float32)
    squares = np.einsum("ij,ij->i", single, single)
    nearest = np.full(len(single), np.inf, dtype=np.float32)
    beyond, partner = nearest.copy(), np.full(len(single), -1)
    for start in range(0, len(single), ROWS):
        here = slice(start, start + ROWS)
        for column in range(start, len(single), COLUMNS):
            there = slice(column, column + COLUMNS)
            tile = -2 * single[here] @ single[there].T + squares[there]
            if column == start:
                tile[np.tri(*tile.shape) > 0] = np.inf
            _update(tile, column, (partner[here], nearest[here], beyond[here]))
    error = ERROR * max(np.float32(1), squares.max())
    with np.errstate(invalid="ignore"):
        partner[~(nearest + 2 * error < beyond)] = -1
    return FirstNeighbours(
        partner, (nearest + squares).astype(float) - error, (beyond + squares).astype(float) - error
    )


def _update(
    tile: NDArray[np.float32],
    column: int,
    best: tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.float32]],
) -> None:
    """Let the two smallest of each row of a tile compete with the two smallest so far."""
    partner, nearest, beyond = best
    each, candidate = np.arange(len(tile)), tile.argmin(axis=1)
    closest = tile[each, candidate]
    tile[each, candidate] = np.inf
    beyond[:] = np.minimum(np.minimum(beyond, tile.min(axis=1)), np.maximum(nearest, closest))
    closer = closest < nearest
    partner[closer] = candidate[closer] + column
    nearest[closer] = closest[closer]
