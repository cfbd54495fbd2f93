"""In which order do centroids merge, when no matrix of their distances fits in memory?"""

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage  # type: ignore[import-untyped]

from consumer.diarization.clustering.first_neighbours import first_neighbours
from consumer.diarization.clustering.products import Products

SCIPY_IS_FASTER = 3000
"""Up to here scipy needs as long, and 70 MB."""
ERROR = 1e-10
"""More than rounding makes of a squared distance between rows of length one, in float64."""
SCIPY_KNOWS_TIES = 6000
"""Up to here recordings that repeat themselves are left to scipy: numbers depend on its ties."""
AHEAD = 16
"""Rows whose products are learned before they are needed: then the pass is bound by arithmetic."""
HUB = 8
"""From this size on, a cluster grows mostly by swallowing its nearest neighbours."""
BLOCK = 4096
CROWDED = 0.9
"""The share of rows alive below which the dead are removed."""
CANDIDATES = 64


def centroid_linkage(rows: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return scipy's `linkage(rows, "centroid", "euclidean")` in memory linear in the rows.

    Expects rows of length one, more or less. Raises scipy's ValueError where it would: for fewer
    than two rows and for rows that are not finite. Among exactly equal distances the order of the
    merges may be another: of more than `SCIPY_KNOWS_TIES` rows, clusters that are nothing but
    copies of one row each may be numbered otherwise; their members are the same.
    """
    if len(rows) <= (SCIPY_KNOWS_TIES if _has_equals(rows) else SCIPY_IS_FASTER):
        return np.asarray(linkage(rows, "centroid", "euclidean"))
    return linear_memory_linkage(rows)


def linear_memory_linkage(rows: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return what `centroid_linkage` does, of two rows or more, without asking scipy."""
    if not np.isfinite(rows).all():
        raise ValueError("The condensed distance matrix must contain only finite values.")
    return _Centroids(rows).merge_all()


def _has_equals(rows: NDArray[np.floating]) -> bool:
    return len(rows) <= SCIPY_KNOWS_TIES and len({row.tobytes() for row in rows}) < len(rows)


class _Centroids:
    """Rows that merge, each knowing how near the others can be.

    Every pair is watched by one of its two rows at least: by the later merged, or at first by the
    earlier in order. `bound` is the exact squared distance to the `partner` while that one stays
    what it was (`met`), and a lower bound otherwise: the smallest of all, once exact, is next.
    """

    def __init__(self, rows: NDArray[np.floating]) -> None:
        first = first_neighbours(rows)
        self._centroids = np.array(rows, dtype=np.float64)
        self._squares = np.einsum("ij,ij->i", self._centroids, self._centroids)
        self._error = ERROR * max(1.0, float(self._squares.max()))
        self._sizes = np.ones(len(rows))
        self._ids = np.arange(len(rows))
        self._partner, self._met = first.partner, first.partner.copy()
        self._bound, self._beyond = first.nearest, first.beyond
        self._measure(np.flatnonzero(self._partner >= 0))
        self._products = Products(self._centroids)
        self._scratch = np.empty(len(rows))
        self._tree = np.empty((len(rows) - 1, 4))

    def merge_all(self) -> NDArray[np.float64]:
        """Return the dendrogram as scipy writes it."""
        for step in range(len(self._tree)):
            row, partner = self._closest()
            self._record(step, row, partner)
            kept = self._join(min(row, partner), max(row, partner))
            self._ids[kept] = len(self._tree) + 1 + step
            if step + 2 <= len(self._tree):
                self._look_around(self._tidy(kept, len(self._tree) - step))
        return self._tree

    def _measure(self, rows: NDArray[np.intp]) -> None:
        for start in range(0, len(rows), BLOCK):
            block = rows[start : start + BLOCK]
            self._bound[block] = self._squared_distances(block, self._partner[block])

    def _squared_distances(
        self, rows: NDArray[np.intp], others: NDArray[np.intp] | int
    ) -> NDArray[np.float64]:
        difference = self._centroids[rows] - self._centroids[others]
        return np.asarray(np.einsum("ij,ij->i", difference, difference))

    def _closest(self) -> tuple[int, int]:
        while True:
            row = int(self._bound.argmin())
            partner = int(self._partner[row])
            if partner < 0:
                self._look_around(row)
            elif self._ids[partner] == self._met[row]:
                return row, partner
            else:
                self._partner[row] = -1
                self._bound[row] = max(self._bound[row], self._beyond[row])

    def _look_around(self, row: int) -> None:
        """Find the partner of a row among all."""
        if not self._products.knows(row):
            self._learn([row], self._bound)
        distances = self._distances(row)
        distances[row] = np.inf
        partner = int(distances.argmin())
        nearest, distances[partner] = float(distances[partner]), np.inf
        beyond = float(distances.min())
        if beyond <= nearest + self._error:
            distances[partner] = nearest
            partner = self._decide(row, np.flatnonzero(distances <= nearest + self._error))
            distances[partner] = np.inf
            beyond = float(distances.min())
        self._partner[row], self._met[row] = partner, self._ids[partner]
        self._bound[row] = self._squared_distances(np.array([row]), partner)[0]
        self._beyond[row] = beyond + self._squares[row] - self._error

    def _distances(self, row: int) -> NDArray[np.float64]:
        """Squared distances of a row to all, less its own square; infinite where none is alive."""
        distances = self._scratch[: len(self._squares)]
        np.multiply(self._products.of(row), -2.0, out=distances)
        distances += self._squares
        return distances

    def _decide(self, row: int, candidates: NDArray[np.intp]) -> int:
        """Return the truly nearest of rows too close to call; nothing is nearer than an equal."""
        chosen, nearest = -1, np.inf
        for start in range(0, len(candidates), CANDIDATES):
            block = candidates[start : start + CANDIDATES]
            distances = self._squared_distances(block, row)
            if distances.min() < nearest:
                chosen, nearest = int(block[distances.argmin()]), distances.min()
            if nearest == 0:
                break
        return chosen

    def _record(self, step: int, row: int, partner: int) -> None:
        ids = sorted((self._ids[row], self._ids[partner]))
        size = self._sizes[row] + self._sizes[partner]
        self._tree[step] = *ids, np.sqrt(self._bound[row]), size

    def _join(self, gone: int, kept: int) -> int:
        """Let one row swallow another; like scipy's, the later one stays."""
        self._know(gone, kept)
        size = self._sizes[gone] + self._sizes[kept]
        share = self._sizes[gone] / size
        self._centroids[kept] += (self._centroids[gone] - self._centroids[kept]) * share
        self._products.merge(gone, kept, share)
        self._squares[kept] = self._centroids[kept] @ self._centroids[kept]
        self._sizes[kept] = size
        self._squares[gone] = self._bound[gone] = np.inf
        self._ids[gone] = -1
        return kept

    def _know(self, gone: int, kept: int) -> None:
        unknown = [row for row in (gone, kept) if not self._products.knows(row)]
        if not unknown:
            return
        hub = gone + kept - unknown[0]
        if len(unknown) == 1 and self._sizes[hub] >= HUB:
            self._learn([gone, kept], self._distances(hub))
        else:
            self._learn([gone, kept], self._bound)

    def _learn(self, wanted: list[int], soon: NDArray[np.float64]) -> None:
        """Learn the products of rows and of those likely to be asked for soon: the lowest."""
        urgency = np.where(self._products.known, np.inf, soon)
        urgency[wanted] = np.inf
        rows = _lowest(urgency, AHEAD)
        partners = self._partner[rows] if soon is self._bound else rows
        partners = partners[partners >= 0]
        rows = np.unique(np.concatenate((wanted, rows, partners)))
        self._products.learn(rows[np.isfinite(self._squares[rows])])

    def _tidy(self, row: int, alive: int) -> int:
        """Remove dead rows once they are many; return the new place of a row."""
        if alive >= CROWDED * len(self._ids):
            return row
        places = np.flatnonzero(self._ids >= 0)
        moved = np.full(len(self._ids), -1)
        moved[places] = np.arange(len(places))
        for start in range(0, len(places), BLOCK):
            block = places[start : start + BLOCK]
            self._centroids[start : start + len(block)] = self._centroids[block]
        self._centroids = self._centroids[: len(places)]
        self._products.compact(self._centroids, places)
        for name in ("_squares", "_sizes", "_ids", "_bound", "_beyond", "_met", "_partner"):
            setattr(self, name, getattr(self, name)[places])
        lost = (self._partner >= 0) & (moved[self._partner] < 0)
        self._bound[lost] = np.maximum(self._bound[lost], self._beyond[lost])
        self._partner = np.where(self._partner >= 0, moved[self._partner], -1)
        return int(moved[row])


def _lowest(values: NDArray[np.float64], number: int) -> NDArray[np.intp]:
    """Return where the lowest values stand, the first among equals, infinities never."""
    if len(values) <= number:
        return np.flatnonzero(np.isfinite(values))
    limit = np.partition(values, number)[number]
    below = np.flatnonzero(values < limit)
    equal = np.flatnonzero(values == limit)[: number - len(below)]
    rows = np.concatenate((below, equal))
    return rows[np.isfinite(values[rows])]
