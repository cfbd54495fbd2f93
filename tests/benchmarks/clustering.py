"""What does clustering a long recording cost? Seconds, memory, and whether scipy agrees.

`python -m tests.benchmarks.clustering --embeddings 58185` prints a table and writes JSON; about
58,000 embeddings are ten hours of speech.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage  # type: ignore[import-untyped]

from consumer.diarization.clustering.cutting import cut
from consumer.diarization.clustering.linkage import centroid_linkage
from consumer.diarization.clustering.variational import Prior, find_speakers
from tests.fakes.voices import drifting, noisy

OUTPUT = Path("bench-output") / "clustering.json"
FORGET_PEAK = "5"
"""What Linux is told to let the peak of memory start anew."""
THRESHOLDS = (0.3, 0.6, 0.7045, 0.9)


@dataclass(frozen=True, slots=True)
class Cost:
    """One step on one recording; memory is what it took above that of the process before."""

    step: str
    embeddings: int
    seconds: float
    cpu_seconds: float
    memory_mb: float
    labels_equal_scipys: bool | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.clustering")
    parser.add_argument("--embeddings", type=int, default=58185)
    parser.add_argument("--clusters", type=int, default=500, help="that VBx starts from")
    parser.add_argument("--scipy", type=int, default=12000, help="most embeddings for scipy")
    chosen = parser.parse_args(arguments)
    costs = [vbx_cost(chosen.embeddings, chosen.clusters)]
    for name, make in (("noisy", noisy), ("drifting", drifting)):
        voices = make(chosen.embeddings, 8, 0.6, seed=0)
        costs.append(linkage_cost(name, voices, compared=chosen.embeddings <= chosen.scipy))
    for cost in costs:
        print(cost, flush=True)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps([asdict(cost) for cost in costs], indent=2) + "\n")
    return 0 if all(cost.labels_equal_scipys is not False for cost in costs) else 1


def linkage_cost(name: str, voices: NDArray[np.float32], *, compared: bool) -> Cost:
    trees: list[NDArray[np.float64]] = []
    seconds, cpu, memory = _measured(lambda: trees.append(centroid_linkage(voices)))
    equal = None
    if compared:
        scipys = linkage(voices, "centroid", "euclidean")
        equal = all(np.array_equal(cut(trees[0], at), cut(scipys, at)) for at in THRESHOLDS)
    return Cost(f"linkage, {name}", len(voices), seconds, cpu, memory, equal)


def vbx_cost(number: int, clusters: int) -> Cost:
    """Ask VBx for speakers where so many clusters hardly differ, so that it iterates to the end."""
    random = np.random.default_rng(0)
    starts = np.unique(random.integers(clusters, size=number), return_inverse=True)[1]
    features = random.standard_normal((number, 128))
    prior = Prior(np.linspace(3.0, 0.1, 128), 0.07, 0.8)
    return Cost("vbx", number, *_measured(lambda: find_speakers(starts, features, prior)))


def _measured(work: Callable[[], object]) -> tuple[float, float, float]:
    """Return wall seconds, processor seconds and how far memory rose above what was held."""
    Path("/proc/self/clear_refs").write_text(FORGET_PEAK)
    before, wall, cpu = _memory_mb("VmRSS"), time.perf_counter(), time.process_time()
    work()
    seconds, processor = time.perf_counter() - wall, time.process_time() - cpu
    return round(seconds, 2), round(processor, 2), round(_memory_mb("VmHWM") - before, 1)


def _memory_mb(kind: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(kind))


if __name__ == "__main__":
    raise SystemExit(main())
