"""What do the contenders listen to?"""

from collections.abc import Mapping, Sequence

import numpy as np

from demo.sound import SAMPLE_RATE, Waveform
from tests.exact.recordings import clips

LOUDNESS = 0.05
SCALE = 1 << 15


def bursts(number: int, seconds: float) -> Mapping[str, Waveform]:
    """Return noise, a different one in each recording."""
    random, length = np.random.default_rng(0), round(seconds * SAMPLE_RATE)
    noise = (random.normal(0, LOUDNESS, length).astype(np.float32) for _ in range(number))
    return {f"noise-{index}": samples for index, samples in enumerate(noise)}


def conversations(number: int, seconds: float) -> Mapping[str, Waveform]:
    """Return real speech: each begins elsewhere in all real recordings, one after the other."""
    everything = np.concatenate([clip.samples for clip in clips()])
    length = round(seconds * SAMPLE_RATE)
    starts = np.linspace(0, len(everything) - length, number).astype(int)
    return {
        f"speech-{seconds:g}-{index}": everything[start : start + length]
        for index, start in enumerate(starts)
    }


def as_decoded(waveforms: Sequence[Waveform]) -> list[Waveform]:
    """Return what a decoder of their 16-bit files gives back."""
    return [_whole_steps(each) / np.float32(SCALE) for each in waveforms]


def _whole_steps(waveform: Waveform) -> Waveform:
    return np.round(np.clip(waveform, -1, 1) * (SCALE - 1)).astype(np.float32)
