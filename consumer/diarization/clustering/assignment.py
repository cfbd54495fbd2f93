"""Which centroid does the voice of each (window, speaker) belong to?"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]
from scipy.spatial.distance import cdist  # type: ignore[import-untyped]

from consumer.diarization.clustering.evidence import NOBODY

WINDOWS = 1024
"""Similarities are computed for so many at a time: of all of them there may be gigabytes."""
Assigned = tuple[NDArray[np.intp], NDArray[np.float64]]
"""Clusters, and by how much each is more similar than the second: (windows, local speakers) both.

Similarities are 2 less the cosine distance, as in stock, which calls them soft clusters.
"""


def assign(embeddings: NDArray[np.floating], centroids: NDArray[np.floating]) -> Assigned:
    """Give each voice the most similar centroid.

    Embeddings have the shape (windows, local speakers, dimension), centroids (clusters, dimension).
    """
    answers = [
        (similar.argmax(axis=2), _margins(similar))
        for _, similar in _similarities(embeddings, centroids)
    ]
    return _joined(answers)


def assign_exclusively(
    embeddings: NDArray[np.floating],
    centroids: NDArray[np.floating],
    silent: NDArray[np.bool_],
) -> Assigned:
    """Give the speakers of a window different centroids, so that they are most similar in sum.

    Those who are silent come last, and who has to yield to another has no margin. Raises
    ValueError when no similarity is a number.
    """
    lowest, lowest_of_active = _lowest(embeddings, centroids, silent)
    of_silent = lowest - 1.0
    unknown = lowest_of_active if np.isnan(of_silent) else of_silent
    answers = []
    for block, similar in _similarities(embeddings, centroids):
        margins = _margins(similar)
        similar[silent[block]] = of_silent
        similar = np.nan_to_num(similar, nan=unknown)
        chosen = np.stack([_matching(window) for window in similar])
        margins[chosen != similar.argmax(axis=2)] = 0.0
        answers.append((chosen, margins))
    return _joined(answers)


def _similarities(
    embeddings: NDArray[np.floating], centroids: NDArray[np.floating]
) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """Yield a block of windows at a time, and shape (windows, local speakers, centroids)."""
    _, speakers, dimension = embeddings.shape
    for start in range(0, len(embeddings), WINDOWS):
        block = slice(start, start + WINDOWS)
        distances = cdist(embeddings[block].reshape(-1, dimension), centroids, "cosine")
        yield block, (2 - distances).reshape(-1, speakers, len(centroids))


def _lowest(
    embeddings: NDArray[np.floating],
    centroids: NDArray[np.floating],
    silent: NDArray[np.bool_],
) -> tuple[float, float]:
    """Return the lowest similarity, NaN if any is, and the lowest of speakers who speak."""
    lowest, of_active = np.inf, np.nan
    for block, similar in _similarities(embeddings, centroids):
        lowest = np.minimum(lowest, similar.min())
        of_active = np.fmin(
            of_active, np.fmin.reduce(similar[~silent[block]], None, initial=np.nan)
        )
    return float(lowest), float(of_active)


def _matching(similar: NDArray[np.float64]) -> NDArray[np.intp]:
    clusters = np.full(len(similar), NOBODY)
    speakers, chosen = linear_sum_assignment(similar, maximize=True)
    clusters[speakers] = chosen
    return clusters


def _margins(similar: NDArray[np.float64]) -> NDArray[np.float64]:
    if similar.shape[2] < 2:
        return np.full(similar.shape[:2], np.inf)
    best = np.partition(similar, -2, axis=2)
    return np.asarray(best[..., -1] - best[..., -2])


def _joined(answers: list[Assigned]) -> Assigned:
    clusters, margins = zip(*answers, strict=True)
    return np.concatenate(clusters), np.concatenate(margins)
