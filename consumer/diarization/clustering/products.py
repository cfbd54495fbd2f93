"""What is the inner product of a centroid with every other, without multiplying them all anew?"""

import numpy as np
from numpy.typing import NDArray

SLOTS = 1024
TABLE_BYTES = 1 << 28
FEWEST_SLOTS = 64
"""Products are remembered for as many rows as this holds, and never for more than `SLOTS`."""


class Products:
    """The inner products of some centroids with all, kept true while centroids merge.

    A merged centroid is a mean of two, so its products are the same mean of theirs: only those of
    rows never asked for cost a pass over all centroids, and one pass serves many of them.
    """

    def __init__(self, centroids: NDArray[np.float64]) -> None:
        self._centroids = centroids
        slots = min(SLOTS, len(centroids), max(FEWEST_SLOTS, TABLE_BYTES // (8 * len(centroids))))
        self._table = np.empty((slots, len(centroids)))
        self._owner = np.full(len(self._table), -1)
        self._slot = np.full(len(centroids), -1)
        self._last_used = np.zeros(len(self._table), dtype=np.int64)
        self._clock = 0

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which rows `knows` would say yes to."""
        return self._slot >= 0

    def knows(self, row: int) -> bool:
        """Whether the products of a row need no pass over all centroids."""
        return bool(self._slot[row] >= 0)

    def of(self, row: int) -> NDArray[np.float64]:
        """Return the products of a known row with every row."""
        slot = self._slot[row]
        self._clock += 1
        self._last_used[slot] = self._clock
        products: NDArray[np.float64] = self._table[slot]
        return products

    def learn(self, rows: NDArray[np.intp]) -> None:
        """Multiply rows with all; those known already cost nothing and stay known."""
        self._clock += 1
        unknown = rows[self._slot[rows] < 0]
        self._last_used[self._slot[rows[self._slot[rows] >= 0]]] = self._clock
        slots = np.argsort(self._last_used, kind="stable")[: len(unknown)]
        evicted = self._owner[slots]
        self._slot[evicted[evicted >= 0]] = -1
        self._owner[slots], self._last_used[slots] = unknown, self._clock
        self._slot[unknown] = slots
        self._table[slots] = self._centroids[unknown] @ self._centroids.T

    def merge(self, gone: int, kept: int, share: float) -> None:
        """Follow `kept`, which moved by `share` of its way to `gone`; both are known."""
        self._mix(self._table[self._slot[gone]], self._table[self._slot[kept]], share)
        self._mix(self._table[:, gone], self._table[:, kept], share)
        self._forget(gone)

    def compact(self, centroids: NDArray[np.float64], alive: NDArray[np.intp]) -> None:
        """Follow the rows that remain to their new places."""
        self._centroids = centroids
        for products in self._table:
            products[: len(alive)] = products[alive]
        self._table = self._table[:, : len(alive)]
        self._slot = self._slot[alive]
        known = np.flatnonzero(self._slot >= 0)
        self._owner[self._slot[known]] = known

    @staticmethod
    def _mix(gone: NDArray[np.float64], kept: NDArray[np.float64], share: float) -> None:
        kept += (gone - kept) * share

    def _forget(self, row: int) -> None:
        slot = self._slot[row]
        self._owner[slot], self._slot[row], self._last_used[slot] = -1, -1, 0
