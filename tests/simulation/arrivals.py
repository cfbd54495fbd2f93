"""When do jobs arrive?"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Protocol

from tests.simulation.agenda import DAY


class Arrivals(Protocol):
    """Moments in seconds, ascending and without end, at a mean rate."""

    def moments(self, rate: float, random: Random) -> Iterator[float]: ...


@dataclass(frozen=True, slots=True)
class Steady:
    """Independent of each other at an even rate (a Poisson process)."""

    def moments(self, rate: float, random: Random) -> Iterator[float]:
        now = 0.0
        while True:
            now += random.expovariate(rate)
            yield now


STEADY = Steady()


@dataclass(frozen=True, slots=True)
class Daily:
    """The rate swings around its mean once a day."""

    peak: float
    """The busiest moment's rate over the mean; at most 2, when the quietest moment has none."""

    def moments(self, rate: float, random: Random) -> Iterator[float]:
        for moment in STEADY.moments(rate * self.peak, random):
            swing = 1 + (self.peak - 1) * math.sin(math.tau * moment / DAY)
            if random.random() * self.peak < swing:
                yield moment
