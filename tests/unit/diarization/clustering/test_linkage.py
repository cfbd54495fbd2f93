"""Whether centroid linkage in linear memory tells speakers apart exactly as scipy's does."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage  # type: ignore[import-untyped]

from consumer.diarization.clustering.linkage import centroid_linkage, linear_memory_linkage
from tests.fakes.voices import Voices, drifting, noisy, repeated, unit

THRESHOLDS = (0.3, 0.5, 0.6, 0.7045, 0.9)
MAKERS: tuple[Callable[..., Voices], ...] = (noisy, drifting)


def assert_labels_equal(voices: Voices, thresholds: tuple[float, ...] = THRESHOLDS) -> None:
    ours, scipys = linear_memory_linkage(voices), linkage(voices, "centroid", "euclidean")
    for threshold in thresholds:
        np.testing.assert_array_equal(
            fcluster(ours, threshold, "distance"), fcluster(scipys, threshold, "distance")
        )


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("speakers", [2, 5, 30])
@pytest.mark.parametrize("noise", [0.1, 0.55, 1.5])
def test_labels_are_scipys(make: Callable[..., Voices], speakers: int, noise: float) -> None:
    assert_labels_equal(make(700, speakers, noise, seed=speakers))


@pytest.mark.parametrize("dimension", [2, 32, 128])
def test_labels_are_scipys_for_narrow_networks(dimension: int) -> None:
    assert_labels_equal(noisy(500, 4, 0.5, seed=1, dimension=dimension))


@pytest.mark.parametrize("number", [2, 3, 4, 17, 257])
def test_labels_are_scipys_for_few_voices(number: int) -> None:
    assert_labels_equal(noisy(number, 2, 0.5, seed=number))


def test_labels_are_scipys_when_more_voices_matter_than_are_remembered() -> None:
    assert_labels_equal(drifting(3100, 8, 0.6, seed=3))


@pytest.mark.parametrize("seed", range(5))
def test_voices_that_repeat_end_in_the_clusters_of_scipy(seed: int) -> None:
    assert_labels_equal(repeated(600, 4, 0.55, seed), (0.7045, 0.9))


@pytest.mark.parametrize("seed", range(5))
def test_only_clusters_of_equal_voices_are_ever_numbered_otherwise(seed: int) -> None:
    voices = repeated(200, 4, 1.2, seed, dimension=8)

    ours, scipys = linear_memory_linkage(voices), linkage(voices, "centroid", "euclidean")

    for threshold in (0.05, *THRESHOLDS):
        labels = fcluster(ours, threshold, "distance")
        expected = fcluster(scipys, threshold, "distance")
        names = set(zip(labels, expected, strict=True))
        assert len(names) == labels.max() == expected.max()
        for label, name in names:
            assert label == name or len(np.unique(voices[labels == label], axis=0)) == 1


def test_voices_that_differ_less_than_float32_can_tell_are_told_apart() -> None:
    random = np.random.default_rng(0)
    near = noisy(12, 3, 0.55, seed=0)[random.integers(12, size=400)]

    assert_labels_equal(unit(near + 1e-5 * random.standard_normal(near.shape)))


def test_equal_voices_merge_at_no_distance() -> None:
    voices = np.repeat(noisy(1, 1, 0.5, seed=0), 300, axis=0)

    dendrogram = linear_memory_linkage(voices)

    assert not dendrogram[:, 2].any()
    np.testing.assert_array_equal(fcluster(dendrogram, 0.1, "distance"), np.ones(300))


@pytest.mark.parametrize("link", [centroid_linkage, linear_memory_linkage])
def test_a_voice_that_is_no_number_is_refused_as_by_scipy(link: Callable[..., object]) -> None:
    voices = noisy(50, 2, 0.5, seed=0)
    voices[7] = np.nan

    with pytest.raises(ValueError, match="must contain only finite values"):
        link(voices)


@pytest.mark.parametrize("number", [0, 1])
def test_fewer_than_two_voices_are_refused_as_by_scipy(number: int) -> None:
    with pytest.raises(ValueError, match="empty"):
        centroid_linkage(noisy(max(number, 1), 1, 0.5, seed=0)[:number])
