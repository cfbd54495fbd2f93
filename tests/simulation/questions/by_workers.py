"""How busy are the devices, and how long do jobs wait, with so many workers at such a load?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.simulation.costs import CPU, GPU, DeviceProfile
from tests.simulation.options import is_long, is_short
from tests.simulation.outcome import percentile
from tests.simulation.service import Scenario, simulate
from tests.simulation.table import Table, duration, percent

WORKERS = (1, 4, 16, 64)
PARTITIONS = 1024
LOADS = (0.6, 0.8, 0.95)
PROFILES = (GPU, CPU)
JOBS_PER_WORKER = 1200
FEWEST_WORKERS = 16
"""Smaller groups are simulated side by side: what comes to one of them is then left to chance."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a group of so many workers did at one load; waits in seconds."""

    profile: DeviceProfile
    workers: int
    load: float
    utilisation: float
    short_p99: float
    long_p99: float


def ask(seed: int) -> Iterator[Seen]:
    for profile in PROFILES:
        for workers in WORKERS:
            for load in LOADS:
                yield _look(profile, workers, load, seed)


def _look(profile: DeviceProfile, workers: int, load: float, seed: int) -> Seen:
    groups = max(1, FEWEST_WORKERS // workers)
    scenario = Scenario(
        load=load,
        jobs=groups * workers * JOBS_PER_WORKER,
        workers=groups * workers,
        partitions=groups * PARTITIONS,
        profile=profile,
        seed=seed,
    )
    outcome = simulate(scenario)
    short, long = (percentile(outcome.waits(which), 0.99) for which in (is_short, is_long))
    return Seen(profile, workers, load, outcome.utilisation, short, long)


def tables(seen: Sequence[Seen]) -> Iterator[Table]:
    head = ["workers"]
    for load in LOADS:
        head += [f"{percent(load)} load: busy", "p99, short", "p99, long"]
    for name, profile in (("workers-gpu", GPU), ("workers-cpu", CPU)):
        yield Table(name, head, [_row(seen, profile, workers) for workers in WORKERS])


def _row(seen: Sequence[Seen], profile: DeviceProfile, workers: int) -> list[str]:
    row = [str(workers)]
    for each in seen:
        if each.profile is profile and each.workers == workers:
            row += [
                percent(each.utilisation),
                duration(each.short_p99),
                duration(each.long_p99),
            ]
    return row
