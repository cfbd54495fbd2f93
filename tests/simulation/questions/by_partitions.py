"""How many partitions does a worker need, so that all workers have the same to do?"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tests.simulation.options import is_short
from tests.simulation.outcome import percentile
from tests.simulation.service import Scenario, simulate
from tests.simulation.table import Table, duration, percent

PARTITIONS = (128, 256, 512, 1024)
GROUPS = (64, 60, 48)
"""The first divides all numbers of partitions, the others none."""
KEYED = (64, 1000)
"""Workers, and keys that all jobs have among them."""
LOAD, LIGHT_LOAD = 0.8, 0.6
JOBS_PER_WORKER = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """What one group did; the busiest is a share of time, waits are in seconds."""

    workers: int
    keys: int | None
    partitions: int
    busiest: float
    short_p99: float
    short_p99_at_light_load: float

    @property
    def largest_share(self) -> float:
        """Partitions of the worker that has most, over the mean."""
        return math.ceil(self.partitions / self.workers) * self.workers / self.partitions


def ask(seed: int) -> Iterator[Seen]:
    for workers, keys in (*((each, None) for each in GROUPS), KEYED):
        for partitions in PARTITIONS:
            scenario = Scenario(
                load=LOAD,
                jobs=workers * JOBS_PER_WORKER,
                workers=workers,
                partitions=partitions,
                keys=keys,
                seed=seed,
            )
            yield _look(scenario)


def _look(scenario: Scenario) -> Seen:
    outcome, light = simulate(scenario), simulate(replace(scenario, load=LIGHT_LOAD))
    return Seen(
        workers=scenario.workers,
        keys=scenario.keys,
        partitions=scenario.partitions,
        busiest=outcome.busiest,
        short_p99=percentile(outcome.waits(is_short), 0.99),
        short_p99_at_light_load=percentile(light.waits(is_short), 0.99),
    )


def tables(seen: Sequence[Seen]) -> Iterator[Table]:
    head = [
        "workers",
        "partitions",
        "per worker",
        "most over mean",
        f"{percent(LOAD)} load: busiest",
        "p99, short",
        f"{percent(LIGHT_LOAD)} load: p99, short",
    ]
    yield Table("partitions", head, [_row(each) for each in seen])


def _row(each: Seen) -> list[str]:
    return [
        f"{each.workers}, {each.keys:,} keys" if each.keys else str(each.workers),
        f"{each.partitions:,}",
        f"{each.partitions / each.workers:.1f}",
        f"{each.largest_share:.2f}",
        percent(each.busiest),
        duration(each.short_p99),
        duration(each.short_p99_at_light_load),
    ]
