"""How did a simulation end?"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from consumer.core.model import Partition
from tests.simulation.job import Job


@dataclass(frozen=True, slots=True)
class Outcome:
    """All jobs as they ended, and what was seen from the end of settling to the last arrival."""

    ended: Sequence[Job]
    """In order of their ends."""
    settled: float
    last_arrival: float
    busy: Sequence[float]
    """Seconds that each worker's device worked between these two moments."""
    loads: int
    """Of models, all the time."""

    @property
    def utilisation(self) -> float:
        """Share of the time that the devices worked, on average."""
        return fmean(self.busy) / (self.last_arrival - self.settled)

    @property
    def busiest(self) -> float:
        """The same of the worker that had most to do."""
        return max(self.busy) / (self.last_arrival - self.settled)

    @property
    def throughput(self) -> float:
        """Jobs per second, from the first moment to the last."""
        return len(self.ended) / self.ended[-1].ended

    def waits(self, which: Callable[[Job], bool] = lambda _: True) -> list[float]:
        """Ascending; of those that arrived when everything had settled."""
        return sorted(job.wait for job in self._measured(which))

    def latencies(self, which: Callable[[Job], bool] = lambda _: True) -> list[float]:
        """Ascending; of those that arrived when everything had settled."""
        return sorted(job.latency for job in self._measured(which))

    def head_waits(self) -> list[float]:
        """How long each job was first of its partition, ready and not on the device."""
        waits, before = [], dict[Partition, float]()
        for job in sorted(self.ended, key=lambda job: job.offset):
            waits.append(job.began - max(job.ready, before.get(job.partition, 0.0)))
            before[job.partition] = job.began
        return waits

    def _measured(self, which: Callable[[Job], bool]) -> Iterator[Job]:
        return (job for job in self.ended if job.arrived >= self.settled and which(job))


def percentile(ascending: Sequence[float], share: float) -> float:
    """Return the smallest value that so large a share does not exceed."""
    return ascending[max(0, math.ceil(share * len(ascending)) - 1)]
