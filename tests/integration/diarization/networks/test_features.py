"""Whether windows that share filter banks have those that stock computes for each of them."""

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch

from consumer.diarization.networks.features import Features, FilterBanks
from consumer.diarization.networks.networks import windowing_of
from consumer.diarization.networks.sound import Sound
from consumer.diarization.networks.windows import Windowing
from tests.integration.diarization.networks.asking import Samples, sound_of, window_of

SECOND = 16_000


def features_of(pipeline: Any, samples: Samples) -> Features:
    windowing = windowing_of(pipeline)
    banks = FilterBanks(pipeline._embedding.model_, windowing.samples, windowing.step)
    return Features(banks, sound_of(pipeline, samples))


def stock_features(pipeline: Any, samples: Samples, window: int) -> torch.Tensor:
    chunk = window_of(pipeline, samples, window)
    features: torch.Tensor = pipeline._embedding.model_.compute_fbank(chunk[None, None])[0]
    return features


def long(call: Samples) -> Samples:
    """Seventy seconds and a bit: windows in several blocks, and a last one that is padded."""
    return torch.from_numpy(call).repeat(3).numpy()[: 70 * SECOND + 1234]


def test_every_window_has_the_features_of_stock(pipeline: Any, call: Samples) -> None:
    samples = long(call)
    windows = windowing_of(pipeline).count(len(samples))

    features = features_of(pipeline, samples)

    for window in range(windows):
        assert torch.equal(features.window(window), stock_features(pipeline, samples, window))


@pytest.mark.parametrize("seconds", [1 / SECOND, 0.01, 0.1, 1.0, 9.99, 10.0])
def test_a_short_recording_has_the_features_of_stock(
    pipeline: Any, call: Samples, seconds: float
) -> None:
    samples = call[: round(seconds * SECOND)]

    features = features_of(pipeline, samples).window(0)

    assert torch.equal(features, stock_features(pipeline, samples, 0))


def test_the_order_of_asking_is_not_heard(pipeline: Any, call: Samples) -> None:
    samples = long(call)
    windows = list(range(windowing_of(pipeline).count(len(samples))))
    random.Random(1).shuffle(windows)

    features = features_of(pipeline, samples)

    for window in windows:
        assert torch.equal(features.window(window), stock_features(pipeline, samples, window))


def test_lanes_that_ask_at_once_hear_what_one_hears(pipeline: Any, call: Samples) -> None:
    samples = long(call)
    windows = list(range(windowing_of(pipeline).count(len(samples)))) * 4
    random.Random(2).shuffle(windows)
    alone = features_of(pipeline, samples)
    expected = {window: alone.window(window) for window in sorted(set(windows))}

    shared = features_of(pipeline, samples)
    with ThreadPoolExecutor(4) as lanes:
        found = list(lanes.map(shared.window, windows))

    for window, heard in zip(windows, found, strict=True):
        assert torch.equal(heard, expected[window])


def test_no_filter_bank_is_computed_twice_when_windows_come_in_order(
    pipeline: Any, call: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[int] = []
    compute = FilterBanks.compute

    def counted(banks: FilterBanks, sound: Sound, block: int) -> torch.Tensor:
        computed.append(block)
        return compute(banks, sound, block)

    monkeypatch.setattr(FilterBanks, "compute", counted)
    samples = long(call)

    for step in (SECOND, SECOND // 10):
        windowing = Windowing(10 * SECOND, step)
        banks = FilterBanks(pipeline._embedding.model_, windowing.samples, windowing.step)
        features = Features(banks, sound_of(pipeline, samples))
        computed.clear()
        for window in range(windowing.count(len(samples))):
            features.window(window)

        assert computed == sorted(set(computed))
