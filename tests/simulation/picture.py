"""What do the answers look like?"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tests.simulation.costs import GPU
from tests.simulation.outcome import percentile
from tests.simulation.questions import by_kinds, by_linger, by_partitions, by_workers
from tests.simulation.table import percent


@dataclass(frozen=True, slots=True)
class Answers:
    """What is drawn, one panel each."""

    workers: Sequence[by_workers.Seen]
    partitions: Sequence[by_partitions.Seen]
    linger: Sequence[by_linger.Seen]
    kinds: Sequence[by_kinds.Seen]


def draw(answers: Answers, path: Path) -> None:
    figure = Figure(figsize=(10, 7), layout="constrained")
    (workers, partitions), (linger, kinds) = figure.subplots(2, 2)
    _draw_workers(workers, answers.workers)
    _draw_partitions(partitions, answers.partitions)
    _draw_linger(linger, answers.linger)
    _draw_kinds(kinds, answers.kinds)
    for axes in (workers, partitions, linger, kinds):
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", alpha=0.3)
        axes.legend(frameon=False, fontsize=8)
    figure.savefig(path, dpi=90, metadata={"Software": None})


def _draw_workers(axes: Axes, seen: Sequence[by_workers.Seen]) -> None:
    for load in by_workers.LOADS:
        line = [each for each in seen if each.profile is GPU and each.load == load]
        axes.plot(
            [each.workers for each in line],
            [each.short_p99 for each in line],
            marker="o",
            label=f"{percent(load)} load",
        )
    _name(axes, "p99 wait of short recordings, GPU", "workers", "seconds")
    _count(axes, by_workers.WORKERS)
    axes.set_yscale("log")


def _draw_partitions(axes: Axes, seen: Sequence[by_partitions.Seen]) -> None:
    for (workers, keys), group in groupby(seen, key=lambda each: (each.workers, each.keys)):
        line = list(group)
        axes.plot(
            [each.partitions for each in line],
            [each.short_p99 for each in line],
            marker="o",
            label=f"{workers} workers" + (f", {keys:,} keys" if keys else ""),
        )
    _name(axes, "the same at 80 % load, by partitions", "partitions", "seconds")
    _count(axes, by_partitions.PARTITIONS)
    axes.set_ylim(bottom=0)


def _draw_linger(axes: Axes, seen: Sequence[by_linger.Seen]) -> None:
    for name in ("quiet", "lively"):
        outcomes = [getattr(each, name) for each in seen]
        axes.plot(
            [each.linger_seconds for each in seen],
            [percentile(outcome.latencies(), 0.5) for outcome in outcomes],
            marker="o",
            label=f"{outcomes[0].throughput:.0f} voice messages a second",
        )
    _name(axes, "median latency of voice messages, GPU", "linger in seconds", "seconds")
    axes.set_ylim(bottom=0)


def _draw_kinds(axes: Axes, seen: Sequence[by_kinds.Seen]) -> None:
    plain, *sticky = seen
    axes.axhline(plain.loads_per_thousand, color="grey", label="in order of arrival")
    for in_flight, group in groupby(sticky, key=lambda each: each.in_flight):
        line = list(group)
        axes.plot(
            [each.partitions for each in line],
            [each.loads_per_thousand for each in line],
            marker="o",
            label=f"sticky, {in_flight} jobs in flight",
        )
    _name(axes, "model loads, two operations at random", "partitions of a worker", "per 1,000 jobs")
    _count(axes, by_kinds.PARTITIONS)
    axes.set_ylim(bottom=0)


def _name(axes: Axes, title: str, across: str, up: str) -> None:
    axes.set_title(title, loc="left", fontsize=10)
    axes.set_xlabel(across)
    axes.set_ylabel(up)


def _count(axes: Axes, ticks: Sequence[int]) -> None:
    """An axis on which each tick is a multiple of the one before."""
    axes.set_xscale("log", base=2)
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
