"""When to stop taking jobs, and when to start again?"""

import sys
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from consumer.core.model import Partition


class Flow(NamedTuple):
    """What to tell the source."""

    pause: Collection[Partition]
    resume: Collection[Partition]


class Load(NamedTuple):
    """How much is in flight: admitted and not published yet."""

    jobs: int
    audio_seconds: float = 0.0
    """Of the jobs that have begun; where nobody knows yet, what is usual."""
    bytes: int = 0
    """Of decoded samples."""

    def reaches(self, mark: "Load") -> bool:
        """Whether it is as much as that in any respect."""
        return any(here >= there for here, there in zip(self, mark, strict=True))

    def exceeds(self, mark: "Load") -> bool:
        """Whether it is more than that in any respect."""
        return any(here > there for here, there in zip(self, mark, strict=True))

    def halved(self) -> "Load":
        return Load(self.jobs // 2, self.audio_seconds / 2, self.bytes // 2)


UNLIMITED = float("inf")
ONE_JOB = Load(1, UNLIMITED, sys.maxsize)


@dataclass(slots=True)
class Admission:
    """Pause at the high mark, resume at half of it.

    The gap keeps pauses rare: the client throws prefetched records away at each of them (librdkafka
    #2703).
    """

    high: Load
    closed: bool = False
    full: bool = False
    paused: set[Partition] = field(default_factory=set)

    def close(self) -> None:
        """Take nothing new any more."""
        self.closed = True

    def forget(self, partitions: Collection[Partition]) -> None:
        """Partitions that come, come unpaused; those that go take their pause along."""
        self.paused.difference_update(partitions)

    def regulate(
        self,
        in_flight: Load,
        assigned: Collection[Partition],
        crowded: Collection[Partition],
        trickling: bool = False,
    ) -> Flow:
        """Compare what should be paused with what is.

        `crowded` partitions have no room in their commit's metadata; while `trickling`, one job is
        in flight at a time.
        """
        high = ONE_JOB if trickling else self.high
        self.full = in_flight.reaches(high) or (self.full and in_flight.exceeds(high.halved()))
        wanted = set(assigned if self.closed or self.full else crowded)
        flow = Flow(wanted - self.paused, self.paused - wanted)
        self.paused = wanted
        return flow
