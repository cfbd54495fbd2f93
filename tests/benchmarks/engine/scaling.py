"""What do long recordings cost? Narrow networks hide nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tests.benchmarks.engine.passes import own_process, peak_rss_mb, run
from tests.benchmarks.engine.variants import Variant

if TYPE_CHECKING:
    from tests.exact.answers import Serialized

WITHIN = 1.3
"""How many times the memory of an hour four hours may take, above the waveform."""
LARGEST_MB = 8192.0
"""For ten hours."""


@dataclass(frozen=True, slots=True)
class Length:
    """What one variant needs for a recording of one length."""

    variant: str
    hours: float
    seconds_per_hour: float
    cpu_seconds_per_hour: float
    peak_rss_mb: float
    idle_rss_mb: float
    """Of the process, warmed up, before it gets the recording."""
    above_waveform_mb: float
    """The peak without the samples themselves."""
    turns: int
    speakers: int


def lengths(variant: Variant, directory: Path, files: Sequence[Path]) -> Iterator[Length]:
    """Measure recordings of raw float32 samples, each in a process of its own."""
    for file in files:
        with own_process() as process:
            yield process.submit(_length, variant, directory, file).result()


def verdicts(measured: Sequence[Length]) -> Iterator[str]:
    """Say whether memory stays within what is wanted, as far as it was measured."""
    by_hours = {round(length.hours, 2): length for length in measured}
    if {1.0, 4.0} <= by_hours.keys():
        times = by_hours[4.0].above_waveform_mb / by_hours[1.0].above_waveform_mb
        yield f"4 h takes {times:.2f}x the memory of 1 h above the waveform (wanted: {WITHIN})"
    if 10.0 in by_hours:
        peak = by_hours[10.0].peak_rss_mb
        yield f"10 h takes {peak:.0f} MB at most (wanted: below {LARGEST_MB:.0f})"


def _length(variant: Variant, directory: Path, file: Path) -> Length:
    run(variant, directory, [np.zeros(1, np.float32)])
    idle = peak_rss_mb()
    samples = np.fromfile(file, np.float32)
    done = run(variant, directory, [samples])
    hours = len(samples) / 16_000 / 3600
    turns = done.turns[0]["diarization"]
    return Length(
        variant.name,
        hours=round(hours, 3),
        seconds_per_hour=done.wall_seconds / hours,
        cpu_seconds_per_hour=done.cpu_seconds / hours,
        peak_rss_mb=done.peak_rss_mb,
        idle_rss_mb=idle,
        above_waveform_mb=done.peak_rss_mb - samples.nbytes / 2**20,
        turns=len(turns),
        speakers=_speakers(done.turns[0]),
    )


def _speakers(turns: "Serialized") -> int:
    return len({turn["speaker"] for turn in turns["diarization"]})
