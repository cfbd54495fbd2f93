"""Do blocks give the very samples that the whole recording would?"""

import tracemalloc

import numpy as np
import pytest

from tests.conftest import needs

needs("torchaudio", "tests of resampling")

import torch
import torchaudio

from consumer.adapters.audio.resampling import Resampler
from tests.contract.audio.recordings import Sound, sound


def in_one_go(samples: Sound, rate: int) -> Sound:
    whole: Sound = torchaudio.functional.resample(torch.from_numpy(samples), rate, 16_000).numpy()
    return whole


def in_blocks(samples: Sound, rate: int, piece: int) -> Sound:
    resampler = Resampler(rate, 16_000)
    blocks: list[Sound] = []
    for start in range(0, len(samples), piece):
        blocks.extend(resampler.push(samples[start : start + piece]))
    blocks.extend(resampler.finish())
    return np.concatenate(blocks)


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 32_000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("seconds", [0.01, 16.0, 47.3])
def test_blocks_are_the_whole(rate: int, seconds: float) -> None:
    noise = np.random.default_rng(rate).normal(0, 0.2, round(seconds * rate)).astype(np.float32)

    blocks = in_blocks(noise, rate, piece=30_011)

    whole = in_one_go(noise, rate)
    assert len(blocks) == len(whole)
    np.testing.assert_allclose(blocks, whole, rtol=0, atol=1e-7)


@pytest.mark.parametrize("length", [1, 2, 440, 441, 442, 524_287, 524_288, 600_000])
def test_no_length_loses_or_gains_a_sample(length: int) -> None:
    samples = sound(14.0, 44_100)[0][:length]

    assert len(in_blocks(samples, 44_100, piece=100_000)) == len(in_one_go(samples, 44_100))


def test_memory_does_not_grow_with_the_recording() -> None:
    resampler = Resampler(48_000, 16_000)
    piece = np.zeros(1 << 18, np.float32)
    tracemalloc.start()

    for _ in range(40):
        for _block in resampler.push(piece):
            pass

    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 16_000_000
