"""Which parts does a run on a CPU have, and what is found in each?"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from consumer.diarization.runtime import mute_pyannote
from tests.benchmarks.engine import report
from tests.benchmarks.engine.machine import machine
from tests.benchmarks.engine.recordings import (
    call,
    half_silent,
    share_of_windows_with_sound,
    speech,
    write_long_mixture,
)
from tests.benchmarks.engine.rounds import Comparison, best_tuned, contest
from tests.benchmarks.engine.scaling import Length, lengths, verdicts
from tests.benchmarks.engine.stages import stages_of
from tests.benchmarks.engine.variants import ENGINE, FILES, STOCK, Variant
from tests.benchmarks.ffmpeg import ffmpeg_libraries, why_no_files

OUTPUT = Path("bench-output")
STOCK_HOURS = 0.5
"""Longer recordings cost stock too much."""


class Session:
    """One run: parts are measured one after the other, and what they find is kept."""

    def __init__(self, rounds: int, hours: Sequence[float]) -> None:
        self._rounds = rounds
        self._hours = hours
        self._found: dict[str, Any] = {"machine": machine(), "rounds": rounds}
        self._compared: list[Comparison] = []

    def run(self, parts: Sequence[str]) -> int:
        """Measure these parts; return 1 when any two variants do not say the same."""
        mute_pyannote()
        with TemporaryDirectory() as root:
            self._measure(Path(root), parts)
        problems = [problem for one in self._compared if (problem := one.difference())]
        if self._compared:
            self._found["turns_identical"] = not problems
            self._found["recordings"] = sum(len(one.workload.recordings) for one in self._compared)
            print("turns:", *problems or ["the same from all variants, in all rounds"])
        whole = {"speech", "silence", "scaling"} <= set(parts)
        name = "engine" if whole else "engine-" + "-".join(sorted(parts))
        report.write(OUTPUT / f"{name}.json", self._found)
        return 1 if problems else 0

    def _measure(self, root: Path, parts: Sequence[str]) -> None:
        # Only now: this imports pyannote.
        from tests.benchmarks.engine.pipelines import build_full_size, build_narrow

        if set(parts) - {"scaling"}:
            full_size = build_full_size(root / "full-size")
            if {"speech", "silence"} & set(parts):
                self._contest(full_size, parts)
            if "files" in parts:
                self._files(full_size)
            if "stages" in parts:
                self._stages(full_size)
        if "scaling" in parts:
            self._scaling(build_narrow(root / "narrow"), root)

    def _contest(self, directory: Path, parts: Sequence[str]) -> None:
        tuned = best_tuned(directory)
        self._found["tuned_stock_batch"] = tuned.batch
        with contest([STOCK, tuned, ENGINE], directory) as variants:
            if "speech" in parts:
                self._speech(variants.compare(speech(), self._rounds), tuned)
            if "silence" in parts:
                self._silence(variants.compare(half_silent(), self._rounds), tuned)

    def _speech(self, compared: Comparison, tuned: Variant) -> None:
        self._keep(compared)
        self._found |= {
            "cpu_time_ratio": compared.ratio(STOCK, ENGINE),
            "cpu_time_ratio_tuned_stock": compared.ratio(tuned, ENGINE),
            "wall_ratio": compared.ratio(STOCK, ENGINE, "wall_seconds"),
            "wall_ratio_tuned_stock": compared.ratio(tuned, ENGINE, "wall_seconds"),
            "peak_rss_mb": {
                "stock": compared.peak_rss_mb(STOCK),
                "tuned_stock": compared.peak_rss_mb(tuned),
                "engine": compared.peak_rss_mb(ENGINE),
            },
        }

    def _silence(self, compared: Comparison, tuned: Variant) -> None:
        self._keep(compared)
        share = median(map(share_of_windows_with_sound, compared.workload.recordings))
        self._found |= {
            "half_silent_ratio": compared.ratio(STOCK, ENGINE),
            "half_silent_ratio_tuned_stock": compared.ratio(tuned, ENGINE),
            "half_silent_wall_ratio": compared.ratio(STOCK, ENGINE, "wall_seconds"),
            "half_silent_share_of_windows": share,
        }
        print(f"  {share:.1%} of its windows touch speech")

    def _files(self, directory: Path) -> None:
        with ffmpeg_libraries():
            if reason := why_no_files():
                print(f"stock, from files: not measured: {reason}")
                self._found["path_ratio"] = None
                return
            with contest([FILES, ENGINE], directory) as variants:
                compared = variants.compare(call(), self._rounds)
        self._keep(compared)
        self._found["path_ratio"] = compared.ratio(FILES, ENGINE)

    def _stages(self, directory: Path) -> None:
        stages = stages_of(directory, speech().recordings)
        self._found["stages_cpu_seconds"] = stages
        report.show_stages("speech, full-size networks", stages)

    def _scaling(self, directory: Path, root: Path) -> None:
        mixtures = {
            hours: write_long_mixture(root / f"{hours:g}.raw", hours) for hours in self._hours
        }
        short = write_long_mixture(root / "stock.raw", STOCK_HOURS)
        report.show_scaling_header()
        self._found["scaling"] = self._lengths(ENGINE, directory, list(mixtures.values()))
        self._found["scaling_stock"] = self._lengths(STOCK, directory, [short])
        stages = stages_of(directory, [np.fromfile(mixtures[min(mixtures)], np.float32)])
        self._found["stages_narrow_cpu_seconds"] = stages
        report.show_stages(f"{min(mixtures):g} h, narrow networks", stages)

    def _lengths(self, variant: Variant, directory: Path, files: Sequence[Path]) -> list[Any]:
        measured: list[Length] = []
        for length in lengths(variant, directory, files):
            measured.append(length)
            report.show_length(length)
        for verdict in verdicts(measured):
            print(f"  {verdict}")
        return [asdict(length) for length in measured]

    def _keep(self, compared: Comparison) -> None:
        self._compared.append(compared)
        self._found.setdefault("per_round", {})[compared.workload.name] = compared.per_round()
        report.show(compared, ENGINE)
