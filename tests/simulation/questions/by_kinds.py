"""What does it cost when two operations share a device that has room for one model?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tests.simulation.job import DIARIZE, EMBED
from tests.simulation.options import WorkerOptions
from tests.simulation.outcome import Outcome
from tests.simulation.recordings import CALLS
from tests.simulation.service import Scenario, simulate
from tests.simulation.table import Table, duration

PARTITIONS = (1, 4, 16, 64)
IN_FLIGHT = (32, 128)
BACKLOG, STEADY = 2.0, 0.2
JOBS = 3000
CRAMPED = WorkerOptions(models_on_device=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """One worker with so many partitions and jobs in flight."""

    partitions: int
    in_flight: int
    is_sticky: bool
    backlog: Outcome
    steady: Outcome

    @property
    def loads_per_thousand(self) -> float:
        """Model loads for a thousand jobs of a backlog."""
        return self.backlog.loads * 1000 / len(self.backlog.ended)


def ask(seed: int) -> Iterator[Seen]:
    yield _look(PARTITIONS[0], IN_FLIGHT[0], seed, is_sticky=False)
    for in_flight in IN_FLIGHT:
        for partitions in PARTITIONS:
            yield _look(partitions, in_flight, seed)


def _look(partitions: int, in_flight: int, seed: int, is_sticky: bool = True) -> Seen:
    options = replace(
        CRAMPED,
        is_sticky=is_sticky,
        in_flight=CRAMPED.in_flight._replace(jobs=in_flight),
    )
    backlog, steady = (
        simulate(
            Scenario(
                load=load,
                jobs=JOBS,
                partitions=partitions,
                lengths=CALLS,
                kinds=(DIARIZE, EMBED),
                options=options,
                seed=seed,
            )
        )
        for load in (BACKLOG, STEADY)
    )
    return Seen(partitions, in_flight, is_sticky, backlog, steady)


def tables(seen: Sequence[Seen]) -> Iterator[Table]:
    head = [
        "partitions of the worker",
        "jobs in flight",
        "backlog: loads per 1,000 jobs",
        "jobs/s",
        "first in line at most",
        "20 % load: first in line at most",
    ]
    yield Table("kinds", head, [_row(each) for each in seen])


def _row(each: Seen) -> list[str]:
    return [
        str(each.partitions) if each.is_sticky else "any, in order of arrival",
        str(each.in_flight),
        f"{each.loads_per_thousand:.0f}",
        f"{each.backlog.throughput:.2f}",
        duration(max(each.backlog.head_waits())),
        duration(max(each.steady.head_waits())),
    ]
