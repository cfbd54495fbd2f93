"""How long are the recordings that people send?

The mix is assumed. That the lengths of calls are lognormal is what studies of call centres find
(Gualandi and Toscani, arXiv:1802.09398).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from tests.simulation.agenda import HOUR, MINUTE

SHORTEST = 5.0
LONGEST = 10 * HOUR


class Lengths(Protocol):
    """Draws how long a recording is, in seconds."""

    def draw(self, random: Random) -> float: ...


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Durations around a median, cut off below 5 seconds and above 10 hours."""

    median_seconds: float
    spread: float
    """Standard deviation of the logarithm."""

    def draw(self, random: Random) -> float:
        seconds = random.lognormvariate(math.log(self.median_seconds), self.spread)
        return min(max(seconds, SHORTEST), LONGEST)


@dataclass(frozen=True, slots=True)
class Fixed:
    """Recordings of one length."""

    seconds: float

    def draw(self, _random: Random) -> float:
        return self.seconds


@dataclass(frozen=True, slots=True)
class Mix:
    """Several sorts of recordings with their shares of the jobs."""

    parts: Sequence[tuple[float, Lengths]]

    def draw(self, random: Random) -> float:
        shares = [share for share, _ in self.parts]
        return random.choices(self.parts, shares)[0][1].draw(random)


CALLS = Lognormal(4 * MINUTE, 0.9)
MEETINGS = Lognormal(35 * MINUTE, 0.5)
HEARINGS = Lognormal(2 * HOUR, 0.5)
CLIPS = Lognormal(12.0, 0.5)
"""Voice messages and commands."""
EVERYDAY = Mix([(0.75, CALLS), (0.22, MEETINGS), (0.03, HEARINGS)])
