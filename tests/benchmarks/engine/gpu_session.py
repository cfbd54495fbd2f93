"""What does a run on a device measure, in which order, and what becomes of it?"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from consumer.core.model import SAMPLE_RATE
from consumer.diarization.runtime import mute_pyannote
from tests.benchmarks.engine import report
from tests.benchmarks.engine.device import (
    Profile,
    Usage,
    describe,
    is_steady,
    profile_of,
    usage_of,
)
from tests.benchmarks.engine.gpu_page import page
from tests.benchmarks.engine.machine import machine
from tests.benchmarks.engine.passes import own_process
from tests.benchmarks.engine.recordings import Samples, Workload, write_long_mixture
from tests.benchmarks.engine.rounding import explanations
from tests.benchmarks.engine.rounds import Comparison, contest
from tests.benchmarks.engine.variants import ENGINE, STOCK, Variant
from tests.exact.answers import Serialized
from tests.exact.recordings import clips

OUTPUT = Path("bench-output")
PROFILED_SECONDS = 300
"""The profiler keeps every kernel in memory."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen of one variant besides the clock."""

    usage: Usage
    profile: Profile
    is_steady: bool


class GpuSession:
    """One run on one device."""

    def __init__(self, device: str, rounds: int, hours: float) -> None:
        self._device = device
        self._rounds = rounds
        self._hours = hours
        self.stock = replace(STOCK, device=device)
        self.fp32 = replace(ENGINE, name="engine, fp32", device=device)
        self.tf32 = replace(ENGINE, name="engine, TF32 certified", device=device, rounds=True)

    def run(self, build: Callable[[Path], Path] | None = None, output: Path = OUTPUT) -> int:
        """Measure; return 1 when fp32 differs from stock by more than rounding explains."""
        mute_pyannote()
        # Only now: this imports pyannote.
        from tests.benchmarks.engine.pipelines import build_full_size

        with TemporaryDirectory() as root:
            directory = (build or build_full_size)(Path(root) / "pipeline")
            workload = _mixture(Path(root), self._hours)
            engines = (self.fp32, self.tf32)
            with contest([self.stock, *engines], directory) as variants:
                compared = variants.compare(workload, self._rounds)
            report.show(compared, self.fp32)
            observed = {engine: _observe(engine, directory, workload) for engine in engines}
            differences = self._differences(compared, directory)
        found = self._found(compared, observed) | {"differences": differences}
        report.write(output / "gpu.json", found)
        (output / "gpu.md").write_text(page(report.rounded(found)))
        print(f"written: {output / 'gpu.md'}")
        return 1 if any(difference["problem"] for difference in differences) else 0

    def _differences(self, compared: Comparison, directory: Path) -> list[dict[str, Any]]:
        """Explain what fp32 says otherwise than stock, recording by recording."""
        found = compared.passes[self.fp32][0].turns
        if not any(map(turns_apart, compared.passes[self.stock][0].turns, found)):
            return []
        recordings = compared.workload.recordings
        with own_process() as process:
            asked = process.submit(explanations, self.fp32, directory, recordings, found)
            return [asdict(explanation) for explanation in asked.result()]

    def _found(self, compared: Comparison, observed: dict[Variant, Observation]) -> dict[str, Any]:
        return {
            "machine": machine() | describe(self._device),
            "rounds": self._rounds,
            "hours": compared.workload.seconds / 3600,
            "source_recordings": len(clips()),
            "variants": {
                variant.name: self._figures(compared, variant) | _seen(observed.get(variant))
                for variant in compared.passes
            },
            "per_round": compared.per_round(),
        }

    def _figures(self, compared: Comparison, variant: Variant) -> dict[str, Any]:
        hours = compared.workload.seconds / 3600
        theirs, ours = compared.passes[self.stock][0].turns, compared.passes[variant][0].turns
        return {
            "seconds_per_hour": compared.typical(variant, "wall_seconds") / hours,
            "cpu_seconds_per_hour": compared.typical(variant, "cpu_seconds") / hours,
            "times_faster_than_stock": compared.ratio(self.stock, variant, "wall_seconds"),
            "peak_rss_mb": compared.peak_rss_mb(variant),
            "turns": sum(len(turns["diarization"]) for turns in ours),
            "turns_apart": sum(map(turns_apart, theirs, ours)),
        }


def turns_apart(expected: Serialized, found: Serialized) -> int:
    """Return how many turns only one of two answers has."""
    return sum(len(_set(turns) ^ _set(found[name])) for name, turns in expected.items())


def _set(turns: Sequence[Any]) -> set[tuple[Any, ...]]:
    return {(turn["start"], turn["end"], turn["speaker"]) for turn in turns}


def _mixture(root: Path, hours: float) -> Workload:
    file = write_long_mixture(root / "mixture.raw", hours)
    return Workload("mixture", (np.fromfile(file, np.float32),))


def _observe(engine: Variant, directory: Path, workload: Workload) -> Observation:
    beginning: list[Samples] = [
        samples[: PROFILED_SECONDS * SAMPLE_RATE] for samples in workload.recordings
    ]
    with own_process() as process:
        usage = process.submit(usage_of, engine, directory, workload.recordings).result()
        profile = process.submit(profile_of, engine, directory, beginning).result()
        steady = process.submit(is_steady, engine, directory).result()
    print(f"\n{engine.name}\n{profile.kernels}")
    return Observation(usage, profile, steady)


def _seen(observed: Observation | None) -> dict[str, Any]:
    if observed is None:
        return {}
    return {
        "device_peak_mb": observed.usage.peak_mb,
        "device_busy_share": observed.usage.busy_share,
        "device_busy_share_profiled": observed.profile.busy_share,
        "is_steady": observed.is_steady,
        "slowest_kernels": observed.profile.kernels,
    }
