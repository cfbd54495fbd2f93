"""Whether VBx finds the speakers that stock's finds, by stock's own function or over blocks."""

import warnings
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pyannote.audio.pipelines.clustering import VBxClustering
from pyannote.audio.utils.vbx import VBx, cluster_vbx
from scipy.special import softmax  # type: ignore[import-untyped]

from consumer.core.model import SpeakerBounds
from consumer.diarization.bounds import limits
from consumer.diarization.clustering import vbx
from consumer.diarization.clustering.scalable import scalable
from consumer.diarization.clustering.variational import Prior, find_speakers, is_kept
from tests.integration.diarization.clustering.recordings import UNBOUNDED, Heard, heard, silent

pytestmark = pytest.mark.usefixtures("muted", "streamed")
PHI = np.linspace(3.0, 0.1, 16)


@pytest.fixture(params=[False, True], ids=["whole", "streamed"])
def streamed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether shares are found block by block, as for long recordings."""
    if request.param:
        monkeypatch.setattr(vbx, "SHARES", 0)
    return bool(request.param)


def plda() -> Any:
    """What stock asks of a PLDA; this one keeps half of the dimensions."""

    class Halving(SimpleNamespace):
        def __call__(self, voices: NDArray[np.float32]) -> NDArray[np.float64]:
            directions = voices / np.linalg.norm(voices.astype(np.float64), axis=1, keepdims=True)
            return np.asarray(8 * directions[:, :16])

    return Halving(phi=PHI)


def stock() -> VBxClustering:
    clustering = VBxClustering(plda())
    clustering.instantiate({"threshold": 0.6, "Fa": 0.07, "Fb": 0.8})
    return clustering


def assert_equal(recording: Heard, bounds: SpeakerBounds = UNBOUNDED) -> None:
    fewest, most = limits(bounds)
    given: dict[str, Any] = {
        "num_clusters": fewest if fewest == most else None,
        "min_clusters": fewest,
        "max_clusters": most,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected, similar, expected_centroids = stock()(**recording.for_stock, **given)
    clusters, evidence, centroids = scalable(stock())(recording.for_us(bounds))

    np.testing.assert_array_equal(clusters, expected)
    np.testing.assert_allclose(centroids, expected_centroids, rtol=0, atol=1e-9)
    assert evidence.margins.shape == clusters.shape
    assert similar.shape[2] == len(centroids)


@pytest.mark.parametrize("speakers", [1, 2, 8])
@pytest.mark.parametrize("noise", [0.1, 0.5, 1.2])
def test_clusters_are_stocks(speakers: int, noise: float) -> None:
    for seed in range(4):
        assert_equal(heard(150, speakers, noise, seed))


def test_where_shares_fit_into_memory_centroids_have_stocks_bits(streamed: bool) -> None:
    recording = heard(150, 8, 0.5, seed=3)
    _, _, expected = stock()(**recording.for_stock, min_clusters=1, max_clusters=999)

    _, _, centroids = scalable(stock())(recording.for_us(UNBOUNDED))

    np.testing.assert_allclose(centroids, expected, rtol=0, atol=1e-9)
    assert streamed or np.array_equal(centroids, expected)


@pytest.mark.parametrize("number", [None, 1, 3, 7])
@pytest.mark.parametrize(("fewest", "most"), [(None, None), (4, None), (None, 2), (2, 5)])
def test_bounds_are_met_as_by_stock(
    number: int | None, fewest: int | None, most: int | None
) -> None:
    assert_equal(heard(90, 4, 0.6, seed=7), SpeakerBounds(number, fewest, most))


@pytest.mark.parametrize("windows", [1, 2, 3, 5])
def test_recordings_of_few_windows_are_clustered_as_by_stock(windows: int) -> None:
    for seed in range(8):
        assert_equal(heard(windows, 2, 0.5, seed))


def test_silence_has_one_cluster_whose_voice_is_unknown() -> None:
    assert_equal(silent(4))


def test_a_voice_that_never_changes_is_one_cluster() -> None:
    assert_equal(heard(60, 1, 0.0, seed=0))


def test_no_more_speakers_are_had_than_there_are_voices() -> None:
    recording = heard(2, 2, 0.5, seed=4)

    _, _, centroids = scalable(stock())(recording.for_us(SpeakerBounds(50)))

    assert 2 <= len(centroids) <= 6


@pytest.mark.parametrize("seed", range(12))
def test_the_same_speakers_are_kept_after_the_same_number_of_iterations(seed: int) -> None:
    random = np.random.default_rng(seed)
    starts = np.unique(random.integers(3 + 5 * seed, size=1500), return_inverse=True)[1]
    features = random.standard_normal((1500, 16)) + 3 * random.standard_normal((60, 16))[starts]
    smoothed = softmax(7.0 * np.eye(starts.max() + 1)[starts], axis=1)

    speakers = find_speakers(starts, features, Prior(PHI, 0.07, 0.8))
    responsibilities, shares = cluster_vbx(  # type: ignore[no-untyped-call]
        starts, features, PHI, Fa=0.07, Fb=0.8, maxIters=20
    )
    bounds = VBx(  # type: ignore[no-untyped-call]
        features, PHI, 0.07, 0.8, smoothed.shape[1], smoothed, maxIters=20
    )[2]

    np.testing.assert_array_equal(is_kept(speakers.shares), shares > 1e-7)
    assert speakers.iterations == len(bounds)
    ours, _ = speakers.mixture.responsibilities(features)
    np.testing.assert_allclose(ours, responsibilities, rtol=0, atol=1e-9)
