"""How do variants compare when they take turns, so that a noisy machine is noisy for all?"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np

from consumer.core.model import SAMPLE_RATE
from tests.benchmarks.engine.passes import Figure, Pass, own_process, run
from tests.benchmarks.engine.recordings import Workload, call
from tests.benchmarks.engine.variants import TUNED, Variant
from tests.exact.answers import Answer, Serialized, difference_of_turns

BATCHES = (2, 4, 8, 16, 32)
"""Not 1: alone, stock rounds a voice differently."""
SEARCHED_SAMPLES = 20 * SAMPLE_RATE
"""For the best batch: 33 voices, so that even the largest is full."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Passes of several variants over one workload, round by round."""

    workload: Workload
    passes: Mapping[Variant, Sequence[Pass]]

    def ratios(self, of: Variant, to: Variant, figure: Figure) -> list[float]:
        """Return per round how many times more one variant needs than another."""
        pairs = zip(self.passes[of], self.passes[to], strict=True)
        return [more.cost(figure) / less.cost(figure) for more, less in pairs]

    def ratio(self, of: Variant, to: Variant, figure: Figure = "cpu_seconds") -> float:
        return median(self.ratios(of, to, figure))

    def typical(self, of: Variant, figure: Figure) -> float:
        """Return the median over the rounds, in seconds."""
        return median(one.cost(figure) for one in self.passes[of])

    def peak_rss_mb(self, of: Variant) -> float:
        """Return the most memory that the process of a variant ever had."""
        return max(one.peak_rss_mb for one in self.passes[of])

    def per_round(self) -> dict[str, dict[str, list[float]]]:
        """Return all costs by the name of the variant."""
        return {
            variant.name: {
                "cpu_seconds": [one.cpu_seconds for one in passes],
                "wall_seconds": [one.wall_seconds for one in passes],
            }
            for variant, passes in self.passes.items()
        }

    def difference(self) -> str | None:
        """Return where turns part first; None: all variants say the same in all rounds."""
        first, *others = self.passes
        reference = self.passes[first][0].turns
        for variant in (first, *others):
            for number, one in enumerate(self.passes[variant], 1):
                if problem := _difference(reference, one.turns):
                    where = f"{self.workload.name}, round {number}"
                    return f"{where}, {first.name} against {variant.name}: {problem}"
        return None


class Contest:
    """Variants of one pipeline, each loaded in a process of its own, ready for many rounds."""

    def __init__(self, directory: Path, processes: Mapping[Variant, ProcessPoolExecutor]) -> None:
        self._directory = directory
        self._processes = processes

    def compare(self, workload: Workload, rounds: int) -> Comparison:
        """Let the variants take turns; who goes first takes turns, too."""
        passes: dict[Variant, list[Pass]] = {variant: [] for variant in self._processes}
        for number in range(rounds):
            order = list(self._processes)
            for variant in reversed(order) if number % 2 else order:
                passes[variant].append(self._pass(variant, workload))
        return Comparison(workload, passes)

    def _pass(self, variant: Variant, workload: Workload) -> Pass:
        process = self._processes[variant]
        return process.submit(run, variant, self._directory, workload.recordings).result()


@contextmanager
def contest(variants: Sequence[Variant], directory: Path) -> Iterator[Contest]:
    """Start a process for each variant, and end it."""
    with ExitStack() as stack:
        processes = {variant: stack.enter_context(own_process()) for variant in variants}
        yield Contest(directory, processes)


def best_tuned(directory: Path) -> Variant:
    """Return stock with the batch that costs least, as an expert would search for it."""
    excerpt = [samples[:SEARCHED_SAMPLES] for samples in call().recordings]
    candidates = [replace(TUNED, batch=batch) for batch in BATCHES]
    with own_process() as process:
        costs = {
            variant: process.submit(run, variant, directory, excerpt).result().cpu_seconds
            for variant in candidates
        }
    return min(costs, key=lambda variant: costs[variant])


def _difference(expected: Sequence[Serialized], found: Sequence[Serialized]) -> str | None:
    for number, (theirs, ours) in enumerate(zip(expected, found, strict=True)):
        if problem := difference_of_turns(_answer(theirs), _answer(ours)):
            return f"recording {number}, {problem}"
    return None


def _answer(turns: Serialized) -> Answer:
    return Answer(turns, np.empty(0))
