"""When to stop taking jobs, and when to start again?"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from consumer.core.model import Partition


class Flow(NamedTuple):
    """What to tell the source."""

    pause: Collection[Partition]
    resume: Collection[Partition]


@dataclass(slots=True)
class Admission:
    """Pause at the high mark, resume at the low one.

    The gap keeps pauses rare: the client throws prefetched records away at each of them (librdkafka
    #2703).
    """

    high: int
    low: int
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
        in_flight: int,
        assigned: Collection[Partition],
        crowded: Collection[Partition],
        trickling: bool = False,
    ) -> Flow:
        """Compare what should be paused with what is.

        `crowded` partitions have no room in their commit's metadata; while `trickling`, one job is
        in flight at a time.
        """
        high, low = (1, 0) if trickling else (self.high, self.low)
        self.full = in_flight >= high or (self.full and in_flight > low)
        wanted = set(assigned if self.closed or self.full else crowded)
        flow = Flow(wanted - self.paused, self.paused - wanted)
        self.paused = wanted
        return flow
