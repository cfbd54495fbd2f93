"""Say when jobs come: at random around a rate, and many times as often in bursts."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, islice, repeat, takewhile
from random import Random
from typing import Final

from producer_tools.exits import WrongUsage
from producer_tools.load.spans import parse_span

_BURSTS: Final = re.compile(r"(?P<factor>\d+(?:\.\d+)?)x(?P<on>[^/]+)/(?P<every>.+)")


@dataclass(frozen=True, slots=True)
class Bursts:
    """During the first `on_seconds` of every `every_seconds`, jobs come `factor` times as often."""

    factor: float
    on_seconds: float
    every_seconds: float


CALM: Final = Bursts(1.0, 1.0, 1.0)
"""No bursts: the rate is always the same."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """A Poisson process; `rate` is the jobs per second outside of bursts, and may be infinite.

    It ends with the given job or second, whichever comes first. Raises `WrongUsage` for one that
    would not end.
    """

    rate: float = math.inf
    bursts: Bursts = CALM
    jobs: int | None = None
    seconds: float = math.inf

    def __post_init__(self) -> None:
        if self.bursts != CALM and math.isinf(self.rate):
            raise WrongUsage("--burst multiplies a rate: give one with --rate")
        if self.jobs is None and math.isinf(self.rate):
            raise WrongUsage("without --rate all jobs come at once: say how many, with --jobs")
        if self.jobs is None and math.isinf(self.seconds):
            raise WrongUsage("say when the load ends, with --jobs or --seconds")

    def moments(self, random: Random) -> Iterator[float]:
        """Yield seconds from the start, ascending."""
        steps = (random.expovariate(1.0) for _ in repeat(None))
        moments = map(self.moment, accumulate(steps))
        return islice(takewhile(lambda moment: moment <= self.seconds, moments), self.jobs)

    def moment(self, expected: float) -> float:
        """Say by which second so many jobs are to be expected: the inverse of the summed rate."""
        if math.isinf(self.rate):
            return 0.0
        bursts = self.bursts
        per_burst = self.rate * bursts.factor * bursts.on_seconds
        per_period = per_burst + self.rate * (bursts.every_seconds - bursts.on_seconds)
        periods, rest = divmod(expected, per_period)
        if rest < per_burst:
            within = rest / (self.rate * bursts.factor)
        else:
            within = bursts.on_seconds + (rest - per_burst) / self.rate
        return periods * bursts.every_seconds + within


def parse_bursts(text: str) -> Bursts:
    """Read `10x5s/60s`: ten times the rate for 5 of every 60 seconds; raises `WrongUsage`."""
    parts = _BURSTS.fullmatch(text)
    if parts is None:
        raise WrongUsage(
            f"--burst {text}: write like 10x5s/60s, ten times the rate in the first 5 s of every 60"
        )
    try:
        bursts = Bursts(float(parts["factor"]), parse_span(parts["on"]), parse_span(parts["every"]))
    except ValueError as error:
        raise WrongUsage(f"--burst {text}: {error}") from error
    if bursts.on_seconds >= bursts.every_seconds:
        raise WrongUsage(f"--burst {text}: a burst must be shorter than the time to the next")
    return bursts
