"""Whether networks that depend on their company are found out before any job meets them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch

from consumer.diarization.networks import trial as trial_module
from consumer.diarization.networks.embedding import SpeakerEmbedding
from consumer.diarization.networks.excerpts import Excerpt
from consumer.diarization.networks.networks import build_networks, windowing_of
from consumer.diarization.networks.segmentation import Segmentation
from consumer.diarization.networks.shapes import Shapes
from consumer.diarization.networks.sound import Sound, place
from consumer.diarization.networks.trial import Trial, try_out
from tests.fakes.speech import waveform
from tests.integration.diarization.networks.asking import CPU

SHAPES = Shapes(segmentation=4, trunk=4, crop_step=64)


def trial(pipeline: Any) -> Trial:
    return try_out(build_networks(pipeline, SHAPES), windowing_of(pipeline), CPU)


def test_real_networks_are_steady_and_take_no_memory_of_an_accelerator(pipeline: Any) -> None:
    assert trial(pipeline) == Trial(is_steady=True, bytes_per_lane=0)


def test_an_embedding_in_batches_of_one_has_no_company_to_be_tried_in(
    pipeline: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    networks = build_networks(pipeline, SHAPES)
    networks.embedding.batch = 1
    asked: list[int] = []
    monkeypatch.setattr(
        SpeakerEmbedding, "__call__", lambda _, excerpts: asked.append(len(excerpts))
    )

    assert try_out(networks, windowing_of(pipeline), CPU).is_steady
    assert asked == []


def test_an_accelerator_is_tried_with_the_batches_that_take_most_of_it(
    pipeline: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    networks = build_networks(pipeline, SHAPES)
    windowing = windowing_of(pipeline)
    lengths: set[int] = set()
    embed = SpeakerEmbedding.__call__

    def measured(network: SpeakerEmbedding, excerpts: Sequence[Excerpt]) -> Any:
        lengths.update(excerpt.crop.length for excerpt in excerpts)
        return embed(network, excerpts)

    def on_the_cpu(*_: Any) -> Sound:
        return place(waveform(np.zeros(17 * 16_000, np.float32)), windowing, CPU)

    monkeypatch.setattr(SpeakerEmbedding, "__call__", measured)
    monkeypatch.setattr(trial_module, "_noise", on_the_cpu)

    try_out(networks, windowing, torch.device("meta"))

    assert max(lengths) == 998
    assert min(lengths) < 300


def test_a_segmentation_that_hears_its_company_is_unsteady(
    pipeline: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = Segmentation.scores

    def disturbed(network: Segmentation, windows: Sequence[tuple[Sound, int]]) -> Any:
        return scores(network, windows) * (1 + 1e-6 * (len(windows) - 1))

    monkeypatch.setattr(Segmentation, "scores", disturbed)

    assert not trial(pipeline).is_steady


def test_an_embedding_that_hears_its_company_is_unsteady(
    pipeline: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    embed = SpeakerEmbedding.__call__

    def disturbed(network: SpeakerEmbedding, excerpts: Sequence[Excerpt]) -> Any:
        return embed(network, excerpts) + np.float32(1e-6 * (len(excerpts) - 1))

    monkeypatch.setattr(SpeakerEmbedding, "__call__", disturbed)

    assert not trial(pipeline).is_steady


def test_an_embedding_that_knows_its_place_is_unsteady(
    pipeline: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    embed = SpeakerEmbedding.__call__

    def disturbed(network: SpeakerEmbedding, excerpts: Sequence[Excerpt]) -> Any:
        places = np.arange(len(excerpts), dtype=np.float32)[:, None, None]
        return embed(network, excerpts) * (1 + 1e-6 * places)

    monkeypatch.setattr(SpeakerEmbedding, "__call__", disturbed)

    assert not trial(pipeline).is_steady
