"""How far is a training? So many steps, or a time limit; the learning rate follows."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

WARM_UP_STEPS = 60
REPORT_EVERY_STEPS = 50
Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Schedule:
    """Trains for `steps`; where `limit_seconds` would end it first, it is squeezed to fit."""

    steps: int
    limit_seconds: float
    peak_rate: float

    def progress(self) -> Iterator[float]:
        """Yield the share that is done, from 0 to 1, before each step."""
        started = time.monotonic()
        step = 0
        while (done := max(step / self.steps, self._time_share(started))) < 1:
            yield done
            step += 1

    def rate(self, step: int, done: float) -> float:
        """Return the learning rate: a short warm-up, then half a cosine."""
        warm_up = min(1.0, (step + 1) / WARM_UP_STEPS)
        return self.peak_rate * warm_up * (0.5 * (1 + math.cos(math.pi * done)) + 0.005)

    def _time_share(self, started: float) -> float:
        return (time.monotonic() - started) / self.limit_seconds


@dataclass(slots=True)
class RunningMean:
    """A figure smoothed over about the last fifty steps."""

    value: float | None = None

    def add(self, figure: float) -> None:
        """Take in the figure of one more step."""
        self.value = figure if self.value is None else 0.98 * self.value + 0.02 * figure
