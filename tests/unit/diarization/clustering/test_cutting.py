"""Whether a dendrogram is cut for a number of speakers as scipy, asked for each merge, would."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from consumer.diarization.clustering.cutting import (
    cut_after,
    dissolve_small,
    large_after_each_merge,
    merge_nearest_to,
)
from consumer.diarization.clustering.evidence import Cutting
from consumer.diarization.clustering.linkage import centroid_linkage
from tests.fakes.voices import noisy

dendrograms = st.builds(
    lambda number, speakers, seed: centroid_linkage(noisy(number, speakers, 0.6, seed, 8)),
    st.integers(2, 40),
    st.integers(1, 6),
    st.integers(0, 1000),
)


def large(dendrogram: NDArray[np.float64], merge: int, smallest: int) -> int:
    return int((np.bincount(cut_after(dendrogram, merge)) >= smallest).sum())


@given(dendrograms, st.integers(1, 8))
def test_large_clusters_are_counted_as_by_cutting_after_every_merge(
    dendrogram: NDArray[np.float64], smallest: int
) -> None:
    counts = large_after_each_merge(dendrogram, smallest)

    assert counts.tolist() == [large(dendrogram, m, smallest) for m in range(len(dendrogram))]


@settings(max_examples=200)
@given(dendrograms, st.integers(1, 4), st.integers(1, 12), st.floats(0, 2))
def test_the_merge_is_the_one_that_a_walk_away_from_the_threshold_would_keep(
    dendrogram: NDArray[np.float64], smallest: int, wanted: int, threshold: float
) -> None:
    kept, best = len(dendrogram), 1
    for merge in np.argsort(np.abs(dendrogram[:, 2] - threshold)):
        if dendrogram[merge, 3] < smallest:
            continue
        number = large(dendrogram, merge, smallest)
        if abs(number - wanted) < abs(best - wanted) or number == wanted:
            kept, best = int(merge), number
        if number == wanted:
            break

    assert merge_nearest_to(dendrogram, threshold, smallest, wanted) == kept


def test_small_clusters_join_the_large_one_that_sounds_most_alike() -> None:
    rows = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [0.9, 0.1]], dtype=np.float32)

    clusters, _ = dissolve_small(rows, np.array([2, 2, 0, 0, 1]), 2)

    assert clusters.tolist() == [1, 1, 0, 0, 1]


@pytest.mark.parametrize(("smallest", "expected"), [(1, [0, 1, 1]), (5, [0, 0, 0])])
def test_clusters_stay_when_none_is_small_and_become_one_when_all_are(
    smallest: int, expected: list[int]
) -> None:
    rows = np.eye(3, dtype=np.float32)

    clusters, _ = dissolve_small(rows, np.array([0, 1, 1]), smallest)

    assert clusters.tolist() == expected


def test_small_clusters_tell_how_decided_they_are() -> None:
    east, north, between = (1.0, 0.0), (0.0, 1.0), (0.8, 0.7)
    rows = np.array([east, east, north, north, between])

    _, margin = dissolve_small(rows, np.array([0, 0, 1, 1, 2]), 2)

    length = np.linalg.norm(between)
    assert margin == pytest.approx((0.8 - 0.7) / length)
    assert Cutting(np.array([0.1]), 0.7, np.array([2, 2, 1]), 2, margin).might_differ(0.1)
    assert not Cutting(np.array([0.1]), 0.7, np.array([4, 4, 0]), 2, margin).might_differ(0.05)


@pytest.mark.parametrize(
    ("cutting", "tolerance", "might"),
    [
        (Cutting(np.array([0.2, 0.9]), 0.7, np.array([9, 9])), 0.1, False),
        (Cutting(np.array([0.2, 0.75]), 0.7, np.array([9, 9])), 0.1, True),
        (Cutting(np.array([0.2]), 0.7, np.array([9, 4]), smallest=4), 0.1, True),
        (Cutting(np.array([0.2]), 0.7, np.array([9, 3]), smallest=4), 0.1, True),
        (Cutting(np.array([0.2]), 0.7, np.array([9, 2]), smallest=4), 0.1, False),
        (Cutting(np.array([0.2]), 0.7, np.array([9, 9]), is_unsure=True), 0.1, True),
    ],
)
def test_what_is_close_to_coming_out_otherwise(
    cutting: Cutting, tolerance: float, might: bool
) -> None:
    assert cutting.might_differ(tolerance) is might
