"""What do the ways to diarize listen to?"""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from consumer.core.model import SAMPLE_RATE
from tests.exact.recordings import clips, mixture
from tests.fakes.speech import meeting, phone_call

Samples = NDArray[np.float32]

WINDOW_SAMPLES = 10 * SAMPLE_RATE
STEP_SAMPLES = SAMPLE_RATE
MINUTE = 60 * SAMPLE_RATE
PART_SECONDS = 900.0
"""Long recordings are put together in parts of this length, so that no process holds them twice."""


@dataclass(frozen=True, slots=True)
class Workload:
    """Recordings that are diarized in one go."""

    name: str
    recordings: tuple[Samples, ...]

    @property
    def seconds(self) -> float:
        return sum(len(samples) for samples in self.recordings) / SAMPLE_RATE


def speech() -> Workload:
    """Return 90 s in which nobody is silent for long: a phone call, and a minute of meetings."""
    minute = np.concatenate([meeting("trn08", 30.0), meeting("dev00", 30.0)])
    return Workload("speech", (phone_call(), minute))


def half_silent() -> Workload:
    """Return a recording with a minute of silence in its middle."""
    parts = [meeting("trn00", 25.0), np.zeros(MINUTE, np.float32), meeting("trn05", 25.0)]
    return Workload("half-silent", (np.concatenate(parts),))


def call() -> Workload:
    """Return one recording of half a minute."""
    return Workload("one call", (phone_call(),))


def share_of_windows_with_sound(samples: Samples) -> float:
    """Return the share of the windows that hold anything but zeros."""
    starts = range(0, max(1, len(samples) - WINDOW_SAMPLES + STEP_SAMPLES), STEP_SAMPLES)
    return float(np.mean([samples[start : start + WINDOW_SAMPLES].any() for start in starts]))


def write_long_mixture(file: Path, hours: float) -> Path:
    """Write so many hours made of all real recordings as raw float32 samples."""
    sources, missing = len(clips()), hours * 3600
    with file.open("wb") as stream:
        for part in range(math.ceil(missing / PART_SECONDS)):
            seconds = min(PART_SECONDS, missing - part * PART_SECONDS)
            mixture(part, seconds, sources).samples.tofile(stream)
    return file
