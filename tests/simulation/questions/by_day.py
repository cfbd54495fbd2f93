"""What does a busy time of the day do to waits, at the same load on average?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.simulation.arrivals import STEADY, Daily
from tests.simulation.costs import CPU
from tests.simulation.options import is_short
from tests.simulation.outcome import Outcome, percentile
from tests.simulation.service import Scenario, simulate
from tests.simulation.table import Table, duration, percent

LOADS = (0.4, 0.5, 0.6, 0.7, 0.8)
PEAK = 1.8
WORKERS = 8
JOBS = 30_000
"""A week or more."""


@dataclass(frozen=True, slots=True)
class Seen:
    load: float
    steady: Outcome
    daily: Outcome


def ask(seed: int) -> Iterator[Seen]:
    for load in LOADS:
        steady, daily = (
            simulate(
                Scenario(
                    load=load,
                    jobs=JOBS,
                    workers=WORKERS,
                    profile=CPU,
                    arrivals=arrivals,
                    seed=seed,
                )
            )
            for arrivals in (STEADY, Daily(PEAK))
        )
        yield Seen(load, steady, daily)


def tables(seen: Sequence[Seen]) -> Iterator[Table]:
    head = ["load on average", "at the peak", "p99, steady", "p99, with a peak", "longest"]
    yield Table("day", head, [_row(each) for each in seen])


def _row(each: Seen) -> list[str]:
    steady, daily = (outcome.waits(is_short) for outcome in (each.steady, each.daily))
    return [
        percent(each.load),
        percent(each.load * PEAK),
        duration(percentile(steady, 0.99)),
        duration(percentile(daily, 0.99)),
        duration(daily[-1]),
    ]
