"""How is what was measured shown and kept?"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks.engine.rounds import Comparison
from tests.benchmarks.engine.scaling import Length
from tests.benchmarks.engine.stages import shares
from tests.benchmarks.engine.variants import Variant

DIGITS = 4
"""That figures are kept with, after the decimal point."""


def show(compared: Comparison, engine: Variant) -> None:
    """Print what each variant needs, and how many times what the engine needs."""
    workload = compared.workload
    print(f"\n{workload.name}: {len(workload.recordings)} recordings, {workload.seconds:.0f} s")
    print(
        f"  {'':<22} {'CPU s':>8} {'wall s':>8} {'peak MB':>8} {'CPU ratio':>10} {'wall ratio':>10}"
    )
    for variant in compared.passes:
        print(
            f"  {_name(variant):<22} {compared.typical(variant, 'cpu_seconds'):8.1f} "
            f"{compared.typical(variant, 'wall_seconds'):8.1f} "
            f"{compared.peak_rss_mb(variant):8.0f} "
            f"{compared.ratio(variant, engine):10.2f} "
            f"{compared.ratio(variant, engine, 'wall_seconds'):10.2f}",
            flush=True,
        )


def show_stages(title: str, stages: Mapping[str, float]) -> None:
    """Print the map of the stages."""
    print(f"\nstages of the engine: {title}, one lane")
    for step, share in shares(stages).items():
        print(f"  {step:<22} {stages[step]:8.2f} CPU s {share:7.1%}", flush=True)


def show_scaling_header() -> None:
    print(
        f"\nlong recordings, narrow networks\n  {'':<22} {'hours':>6} {'s/h':>7} {'CPU s/h':>8}",
        end="",
    )
    print(f" {'peak MB':>8} {'above waveform':>14} {'turns':>6} {'speakers':>8}")


def show_length(length: Length) -> None:
    """Print what a recording of one length takes."""
    print(
        f"  {length.variant:<22} {length.hours:6.2f} {length.seconds_per_hour:7.1f} "
        f"{length.cpu_seconds_per_hour:8.1f} {length.peak_rss_mb:8.0f} "
        f"{length.above_waveform_mb:14.0f} {length.turns:6} {length.speakers:8}",
        flush=True,
    )


def write(file: Path, found: Mapping[str, Any]) -> None:
    """Write all figures as JSON."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(rounded(found), indent=2) + "\n")
    print(f"written: {file}")


def rounded(figures: Any) -> Any:
    """Return the same with as many digits as anybody reads."""
    if isinstance(figures, Mapping):
        return {name: rounded(value) for name, value in figures.items()}
    if isinstance(figures, list | tuple):
        return [rounded(value) for value in figures]
    return round(figures, DIGITS) if isinstance(figures, float) else figures


def _name(variant: Variant) -> str:
    return variant.name if variant.batch is None else f"{variant.name} (batch {variant.batch})"
