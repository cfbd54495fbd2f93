"""Whether rounding explains what it may, and nothing that a broken engine does.

Without an accelerator that rounds otherwise than stock, noise is added to what the engine hears.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from consumer.core.model import Recording
from consumer.diarization.runtime import mute_pyannote
from tests.fakes.pipeline_configs import Kind
from tests.fakes.speech import meeting, waveform

mute_pyannote()

from consumer.diarization.clustering.evidence import Clustered, ClusteringEvidence, Cutting
from consumer.diarization.networks.embedding import SpeakerEmbedding
from consumer.diarization.networks.segmentation import Segmentation
from tests.exact.answers import difference_of_turns, verdict_of
from tests.exact.controls import one_turn_moved
from tests.exact.decisions import assignments_turned, frames_turned
from tests.exact.explanation import MOST_FRAMES, Explanation, Said, Steps
from tests.exact.models import Model

ROUNDING = 1e-4
A_FEW = 1e-3
"""Of the frames: of half a minute, a hundred-thousandth is none."""


def noise(shape: Sequence[int], window: int) -> NDArray[np.float32]:
    """What is added to the answer about a window, the same each time."""
    return np.random.default_rng(window).standard_normal(shape).astype(np.float32)


def rounded_scores(monkeypatch: pytest.MonkeyPatch, amount: float) -> None:
    scores = Segmentation.scores

    def rounded(network: Segmentation, windows: Sequence[tuple[Any, int]]) -> Any:
        said = scores(network, windows)
        for row, (_, window) in zip(said, windows, strict=True):
            row += row.new_tensor(amount * noise(row.shape, window))
        return said

    monkeypatch.setattr(Segmentation, "scores", rounded)


def rounded_embeddings(monkeypatch: pytest.MonkeyPatch, amount: float) -> None:
    embed = SpeakerEmbedding.__call__

    def rounded(network: SpeakerEmbedding, excerpts: Sequence[Any]) -> Any:
        rows = embed(network, excerpts)
        wrong = [noise(rows.shape[1:], excerpt.window) for excerpt in excerpts]
        return rows * (1 + np.float32(amount) * np.stack(wrong))

    monkeypatch.setattr(SpeakerEmbedding, "__call__", rounded)


@pytest.fixture
def model(pipelines: dict[Kind, Path]) -> Model:
    return Model("seeded", lambda: pipelines[Kind.CENTROID_LINKAGE])


def explained(model: Model, most_frames: float = A_FEW, *, moved: bool = False) -> Explanation:
    """Explain why the engine, by now changed, does not say what stock says."""
    recording = Recording(waveform(meeting("trn08", 30)))
    listen = one_turn_moved(model.hypothesize) if moved else model.hypothesize
    found = verdict_of(listen([recording])[0])
    stock = model.open()
    assert difference_of_turns(Said.by(stock, recording).answer, found)
    steps = Steps(model.open(), most_frames)
    try:
        return steps.explain(recording, found, stock)
    finally:
        steps.close()


def test_turns_that_hang_in_the_balance_are_explained(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounded_scores(monkeypatch, ROUNDING)

    explanation = explained(model)

    assert explanation.problem is None
    assert explanation.frames.number > 0


def test_more_frames_than_chance_turns_are_not(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounded_scores(monkeypatch, ROUNDING)

    assert "frames are of another class" in str(explained(model, MOST_FRAMES).problem)


def test_a_window_that_stock_was_sure_of_is_not(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = Segmentation.scores

    def broken(network: Segmentation, windows: Sequence[tuple[Any, int]]) -> Any:
        said = scores(network, windows)
        for row, (_, window) in zip(said, windows, strict=True):
            if window == 5:
                row[100:400] = row[100:400].flip(1)
        return said

    monkeypatch.setattr(Segmentation, "scores", broken)

    assert "frames are of another class" in str(explained(model, most_frames=1).problem)


def test_voices_moved_further_than_fp32_moves_them_are_not(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounded_embeddings(monkeypatch, 0.1)

    assert "away from stock's" in str(explained(model).problem)


def test_an_answer_to_which_the_steps_do_not_lead_is_not(model: Model) -> None:
    assert "step by step" in str(explained(model, moved=True).problem)


def test_frames_are_close_when_their_lead_is_small_beside_rounding() -> None:
    theirs = np.array([[[0.5, 0.49, 0.0], [0.9, 0.1, 0.0], [0.8, 0.1, 0.0]]], np.float32)
    close, far = theirs.copy(), theirs.copy()
    close[0, 0], close[0, 1, 1] = (0.49, 0.5, 0.0), 0.102
    far[0, 2], far[0, 1, 1] = (0.1, 0.8, 0.0), 0.102

    assert frames_turned(theirs, theirs).number == 0
    assert frames_turned(theirs, close).number == 1
    assert frames_turned(theirs, close).were_close
    assert not frames_turned(theirs, far).were_close


def test_assignments_are_close_when_the_second_centroid_is_as_near() -> None:
    silent = np.array([[False, False, True]])
    theirs = clustered([0, 1, 0], margins=[0.5, 1e-4, 0.5])

    def turned(clusters: list[int], threshold: float = 0.7, moved: float = 1e-4) -> Any:
        stocks = clustered([0, 1, 0], [0.5, 1e-4, 0.5], threshold)
        return assignments_turned(stocks, clustered(clusters, [1.0] * 3), silent, moved)

    assert assignments_turned(theirs, theirs, silent, 0.0).were_close
    assert turned([0, 0, 1]).were_close
    assert turned([0, 0, 1]).number == 1
    assert not turned([1, 1, 0]).were_close
    assert turned([1, 1, 0], threshold=0.3005).were_close


def clustered(clusters: list[int], margins: list[float], threshold: float = 0.7) -> Clustered:
    cutting = Cutting(np.array([0.3, 1.2]), threshold, np.array([20, 30]), smallest=5)
    evidence = ClusteringEvidence(cutting, np.array([margins]))
    return np.array([clusters]), evidence, np.eye(2)
