"""Where is a dendrogram to be cut, and what becomes of clusters too small to be a speaker?"""

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster  # type: ignore[import-untyped]
from scipy.spatial.distance import cdist  # type: ignore[import-untyped]

from consumer.diarization.clustering.training import mean_voices


def cut(dendrogram: NDArray[np.float64], threshold: float) -> NDArray[np.intp]:
    """Return the cluster of each row, from 0, after all merges up to a distance."""
    return np.asarray(fcluster(dendrogram, threshold, criterion="distance"), dtype=np.intp) - 1


def cut_after(dendrogram: NDArray[np.float64], merge: int) -> NDArray[np.intp]:
    """Return the cluster of each row after a merge and all before it."""
    in_order = dendrogram.copy()
    in_order[:, 2] = np.arange(len(dendrogram))
    return cut(in_order, merge)


def large_after_each_merge(dendrogram: NDArray[np.float64], smallest: int) -> NDArray[np.intp]:
    """Count the clusters of at least `smallest` rows after every merge."""
    rows = len(dendrogram) + 1
    sizes = np.concatenate((np.ones(rows), dendrogram[:, 3]))
    large = (sizes >= smallest).astype(np.intp)
    gained = large[rows:] - large[dendrogram[:, :2].astype(np.intp)].sum(axis=1)
    return np.asarray(rows * large[0] + np.cumsum(gained))


def merge_nearest_to(
    dendrogram: NDArray[np.float64], threshold: float, smallest: int, wanted: int
) -> int:
    """Return the merge after which to cut for a number of large clusters, or one near it.

    Of equally good merges it is the one whose distance is nearest to the threshold. Only merges
    into a large cluster count; one cluster of all, had after the end, is the last resort.
    """
    order = np.argsort(np.abs(dendrogram[:, 2] - threshold))
    order = order[dendrogram[order, 3] >= smallest]
    misses = np.abs(large_after_each_merge(dendrogram, smallest)[order] - wanted)
    if not len(misses) or misses.min() >= abs(1 - wanted) > 0:
        return len(dendrogram)
    return int(order[misses.argmin()])


def dissolve_small(
    rows: NDArray[np.floating], clusters: NDArray[np.intp], smallest: int
) -> tuple[NDArray[np.intp], float]:
    """Let each small cluster join the large one with the nearest centroid; number from 0.

    Returns also by how much the least decided of them is nearer to it than to the second.
    """
    _, compact, sizes = np.unique(clusters, return_inverse=True, return_counts=True)
    large, small = np.flatnonzero(sizes >= smallest), np.flatnonzero(sizes < smallest)
    if not len(large):
        return np.zeros_like(clusters), np.inf
    if not len(small):
        return clusters, np.inf
    centroids = mean_voices(rows, compact)
    successor = np.arange(len(sizes))
    distances = cdist(centroids[large], centroids[small], "cosine")
    successor[small] = large[np.argmin(distances, axis=0)]
    nearest = np.sort(distances, axis=0)[:2]
    margin = float((nearest[1] - nearest[0]).min()) if len(large) > 1 else np.inf
    return np.asarray(np.unique(successor[compact], return_inverse=True)[1]), margin
