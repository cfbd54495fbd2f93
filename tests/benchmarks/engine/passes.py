"""What does it cost a process to answer once?

Importing this module imports no torch: in a process of its own the allocator is set up before.
"""

import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from consumer.core.model import SAMPLE_RATE
from consumer.diarization.allocator import keep_freed_memory
from consumer.diarization.runtime import mute_pyannote
from tests.benchmarks.engine.variants import Variant
from tests.exact.answers import Serialized

if TYPE_CHECKING:
    from tests.benchmarks.engine.listeners import Listener
    from tests.benchmarks.engine.recordings import Samples

Figure = Literal["cpu_seconds", "wall_seconds"]

WARM_UP_SECONDS = 12


@dataclass(frozen=True, slots=True)
class Pass:
    """One answer, and what it cost."""

    cpu_seconds: float
    """User and system time of the process."""
    wall_seconds: float
    peak_rss_mb: float
    """Of the process, since it began."""
    turns: list[Serialized]
    """One item per recording."""

    def cost(self, figure: Figure) -> float:
        return self.cpu_seconds if figure == "cpu_seconds" else self.wall_seconds


def own_process() -> ProcessPoolExecutor:
    """Return a process that lasts as long as it is asked things, with an allocator of its own."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def run(variant: Variant, directory: Path, recordings: "Sequence[Samples]") -> Pass:
    """Diarize once; the process loads the variant and warms it up when it is first asked."""
    listen = ready(variant, directory)
    turns: list[list[Serialized]] = []
    cpu, wall = cost_of(lambda: turns.append(listen(recordings)))
    return Pass(cpu, wall, peak_rss_mb(), turns[0])


@cache
def ready(variant: Variant, directory: Path) -> "Listener":
    """Load a variant in this process and warm it up."""
    prepare(variant)
    from tests.benchmarks.engine.listeners import listener

    listen = listener(variant, directory)
    listen([noise()])
    return listen


def prepare(variant: Variant) -> None:
    """Set up the allocator of this process, then bring in pyannote."""
    if variant.keeps_memory and not keep_freed_memory():
        raise OSError("this C library does not let a process keep what it frees")
    mute_pyannote()


def noise() -> "Samples":
    """Return what networks are warmed up with."""
    random = np.random.default_rng(0)
    return random.normal(0, 0.1, WARM_UP_SECONDS * SAMPLE_RATE).astype(np.float32)


def cost_of(work: Callable[[], None]) -> tuple[float, float]:
    """Return the CPU seconds of this process and the wall seconds that some work takes."""
    cpu, wall = _cpu_seconds(), time.monotonic()
    work()
    return _cpu_seconds() - cpu, time.monotonic() - wall


def peak_rss_mb() -> float:
    """Return the most memory that was ever resident; `ru_maxrss` would include the parent's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
