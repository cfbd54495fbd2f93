"""Whether the networks say of every window what stock's say, whoever shares the batch."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from consumer.diarization.networks.embedding import SpeakerEmbedding
from consumer.diarization.networks.excerpts import Heard
from consumer.diarization.networks.masks import Masks
from consumer.diarization.networks.networks import Networks, build_networks
from consumer.diarization.networks.segmentation import Segmentation
from consumer.diarization.networks.shapes import Shapes
from consumer.diarization.networks.sound import Sound
from tests.integration.diarization.networks.asking import (
    SHAPES,
    Samples,
    listen,
    sound_of,
    stock_embeddings,
    stock_masks,
)

WHOLE_WINDOWS = Shapes(segmentation=4, trunk=2, crop_step=998)
"""Narrow trunks round crops, and windows alone, differently; the published ones do not."""
LENGTHS = [0.1, 1.0, 9.99, 10.0, 10.01]


@pytest.fixture(scope="module")
def networks(pipeline: Any) -> Networks:
    return build_networks(pipeline, SHAPES)


@pytest.fixture(scope="module")
def alone(pipeline: Any, networks: Networks, call: Samples) -> Heard:
    (heard,) = listen(networks, [sound_of(pipeline, call)])
    return heard


def cut(call: Samples, seconds: float) -> Samples:
    return call[48_000 : 48_000 + round(seconds * 16_000)]


def as_bytes(heard: Heard) -> tuple[bytes, bytes]:
    return heard.masks.tobytes(), heard.embeddings.tobytes()


def test_the_masks_are_those_of_stock(pipeline: Any, alone: Heard, call: Samples) -> None:
    stock = stock_masks(pipeline, call).data

    assert alone.masks.dtype == np.uint8
    np.testing.assert_array_equal(alone.masks, stock)
    assert 0 < stock.mean() < 1


@pytest.mark.parametrize("seconds", LENGTHS)
def test_the_masks_of_short_recordings_are_those_of_stock(
    pipeline: Any, networks: Networks, call: Samples, seconds: float
) -> None:
    samples = cut(call, seconds)

    (heard,) = listen(networks, [sound_of(pipeline, samples)])

    np.testing.assert_array_equal(heard.masks, stock_masks(pipeline, samples).data)


@pytest.mark.parametrize("exclude_overlap", [True, False])
@pytest.mark.parametrize("batch_size", [3, 8, 20, 32])
def test_the_embeddings_are_those_of_stock_bit_for_bit(
    pipeline: Any,
    call: Samples,
    monkeypatch: pytest.MonkeyPatch,
    exclude_overlap: bool,
    batch_size: int,
) -> None:
    monkeypatch.setattr(pipeline, "embedding_exclude_overlap", exclude_overlap)
    monkeypatch.setattr(pipeline, "embedding_batch_size", batch_size)
    networks = build_networks(pipeline, WHOLE_WINDOWS)

    (heard,) = listen(networks, [sound_of(pipeline, call)])

    stock = stock_embeddings(pipeline, call, stock_masks(pipeline, call))
    np.testing.assert_array_equal(heard.embeddings, stock)


@pytest.mark.parametrize("seconds", [*LENGTHS, 30.0])
def test_crops_change_embeddings_by_rounding_alone(
    pipeline: Any, networks: Networks, call: Samples, seconds: float
) -> None:
    samples = call if seconds == 30 else cut(call, seconds)

    (heard,) = listen(networks, [sound_of(pipeline, samples)])

    stock = stock_embeddings(pipeline, samples, stock_masks(pipeline, samples))
    np.testing.assert_allclose(heard.embeddings, stock, atol=2e-5)


def test_whoever_is_silent_has_the_bias_for_a_voice_as_in_stock(
    pipeline: Any, call: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear = Segmentation.__call__

    def all_but_one(network: Segmentation, windows: Sequence[tuple[Sound, int]]) -> Masks:
        masks = hear(network, windows)
        masks[:, :, 1] = 0
        return masks

    networks = build_networks(pipeline, WHOLE_WINDOWS)
    monkeypatch.setattr(Segmentation, "__call__", all_but_one)

    (heard,) = listen(networks, [sound_of(pipeline, call)])

    masks = stock_masks(pipeline, call)
    masks.data[:, :, 1] = 0
    np.testing.assert_array_equal(heard.embeddings, stock_embeddings(pipeline, call, masks))
    bias = pipeline._embedding.model_.resnet.seg_1.bias.numpy(force=True)
    assert (heard.embeddings == bias).all(axis=2).tolist() == [[False, True, False]] * 21
    assert (networks.embedding.unheard == bias).all()


@pytest.mark.parametrize("lanes", [1, 2])
@pytest.mark.parametrize("segmentation", [2, 4, 8])
@pytest.mark.parametrize("trunk", [2, 4, 8])
def test_neither_batches_nor_lanes_nor_company_are_heard(
    pipeline: Any, alone: Heard, call: Samples, segmentation: int, trunk: int, lanes: int
) -> None:
    networks = build_networks(pipeline, Shapes(segmentation, trunk, 64))
    others = [sound_of(pipeline, cut(call, seconds)) for seconds in LENGTHS]
    together = [*others[:2], sound_of(pipeline, call), *others[2:]]

    heard = listen(networks, together, lanes)

    assert [one.sound for one in heard] == together
    assert as_bytes(heard[2]) == as_bytes(alone)
    again = listen(networks, together[::-1], lanes)
    assert [as_bytes(one) for one in again[::-1]] == [as_bytes(one) for one in heard]


def test_where_nobody_speaks_nothing_is_embedded(
    pipeline: Any, networks: Networks, call: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(network: Segmentation, windows: Sequence[tuple[Sound, int]]) -> Masks:
        return np.zeros((len(windows), network.frames, network.speakers), np.uint8)

    monkeypatch.setattr(Segmentation, "__call__", nobody)
    monkeypatch.delattr(SpeakerEmbedding, "__call__")

    (heard,) = listen(networks, [sound_of(pipeline, call)])

    assert not heard.masks.any()
    assert (heard.embeddings == networks.embedding.unheard).all()


def test_an_accelerators_networks_meet_one_size_of_batch(
    pipeline: Any, call: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = replace(SHAPES, rows=32)
    networks = build_networks(pipeline, shapes)
    trunk = pipeline._embedding.model_.resnet
    pooled: set[int] = set()
    embedded: set[int] = set()
    pool, embed = trunk.pool.forward, trunk.seg_1.forward

    def watched_pool(frames: Any, weights: Any) -> Any:
        pooled.add(len(frames))
        return pool(frames, weights=weights)

    def watched_embed(rows: Any) -> Any:
        embedded.add(len(rows))
        return embed(rows)

    monkeypatch.setattr(trunk.pool, "forward", watched_pool)
    monkeypatch.setattr(trunk.seg_1, "forward", watched_embed)

    listen(networks, [sound_of(pipeline, cut(call, seconds)) for seconds in LENGTHS])

    assert pooled == {shapes.trunk}
    assert embedded == {shapes.rows}


def test_no_recordings_are_heard_at_once(networks: Networks) -> None:
    assert listen(networks, []) == []
