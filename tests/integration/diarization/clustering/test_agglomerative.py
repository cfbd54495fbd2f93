"""Whether our agglomerative clustering answers as stock's, number by number."""

import warnings
from itertools import product
from typing import Any

import numpy as np
import pytest
from pyannote.audio.pipelines.clustering import AgglomerativeClustering

from consumer.core.model import SpeakerBounds
from consumer.diarization.clustering.scalable import scalable
from tests.integration.diarization.clustering.recordings import UNBOUNDED, Heard, heard, silent

pytestmark = pytest.mark.usefixtures("muted")
BOUNDS = [
    SpeakerBounds(number, fewest, most)
    for number, fewest, most in product((None, 1, 3, 9), (None, 1, 4), (None, 2, 5))
    if (fewest or 1) <= (most or 99)
]


def stock(smallest: int = 5, *, constrained: bool = False) -> AgglomerativeClustering:
    clustering = AgglomerativeClustering(constrained_assignment=constrained)
    clustering.instantiate({"method": "centroid", "min_cluster_size": smallest, "threshold": 0.7})
    return clustering


def assert_equal(
    clustering: AgglomerativeClustering, recording: Heard, bounds: SpeakerBounds = UNBOUNDED
) -> None:
    given: dict[str, Any] = {
        "num_clusters": bounds.num_speakers,
        "min_clusters": bounds.min_speakers,
        "max_clusters": bounds.max_speakers,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected, similar, expected_centroids = clustering(**recording.for_stock, **given)
    clusters, evidence, centroids = scalable(clustering)(recording.for_us(bounds))

    np.testing.assert_array_equal(clusters, expected)
    np.testing.assert_array_equal(centroids, expected_centroids)
    if similar.shape[2] > 1:
        best = np.sort(similar, axis=2)
        yielded = expected != similar.argmax(axis=2)
        margins = np.where(yielded, 0, best[..., -1] - best[..., -2])
        np.testing.assert_array_equal(evidence.margins, margins)


@pytest.mark.parametrize("speakers", [1, 2, 8])
@pytest.mark.parametrize("noise", [0.1, 0.5, 1.2])
@pytest.mark.parametrize("constrained", [False, True])
def test_clusters_and_centroids_are_stocks(speakers: int, noise: float, constrained: bool) -> None:
    recording = heard(150, speakers, noise, seed=speakers)

    assert_equal(stock(constrained=constrained), recording)


@pytest.mark.parametrize("noise", [0.3, 0.9])
@pytest.mark.parametrize("bounds", BOUNDS)
def test_bounds_are_met_as_by_stock(bounds: SpeakerBounds, noise: float) -> None:
    assert_equal(stock(), heard(90, 4, noise, seed=7), bounds)


@pytest.mark.parametrize("windows", [1, 2, 3, 5])
@pytest.mark.parametrize("most", [None, 1, 2])
def test_recordings_of_few_windows_are_clustered_as_by_stock(
    windows: int, most: int | None
) -> None:
    for seed in range(8):
        assert_equal(stock(), heard(windows, 2, 0.5, seed), SpeakerBounds(max_speakers=most))


def test_silence_has_one_cluster_whose_voice_is_unknown() -> None:
    assert_equal(stock(), silent(4))


def test_a_voice_that_never_changes_is_one_cluster() -> None:
    recording = heard(60, 1, 0.0, seed=0)

    assert_equal(stock(), recording)


def test_more_than_127_speakers_keep_their_numbers() -> None:
    recording = heard(300, 300, 0.05, seed=2, dimension=64)

    clusters, evidence, centroids = scalable(stock(smallest=1))(recording.for_us())

    assert len(centroids) > 127
    assert clusters.min() >= 0
    assert evidence.cutting.sizes.sum() == len(evidence.cutting.heights) + 1


def test_a_voice_of_length_zero_is_refused_as_by_stock() -> None:
    recording = heard(60, 3, 0.5, seed=1)
    recording.embeddings[:] = 0

    with pytest.raises(ValueError, match="finite values"):
        scalable(stock())(recording.for_us())
