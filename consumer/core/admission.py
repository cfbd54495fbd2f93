"""When to stop taking jobs, and when to start again?"""

from dataclasses import dataclass
from enum import Enum, auto


class Flow(Enum):
    """What to tell the source."""

    PAUSE = auto()
    RESUME = auto()
    KEEP = auto()


@dataclass(slots=True)
class Admission:
    """Pause at the high mark, resume at the low one.

    The gap keeps pauses rare: the client throws prefetched records away at each of them (librdkafka
    #2703).
    """

    high: int
    low: int
    paused: bool = False
    closed: bool = False

    def close(self) -> None:
        """Take nothing new any more."""
        self.paused = self.closed = True

    def regulate(self, in_flight: int) -> Flow:
        if self.closed:
            return Flow.KEEP
        if not self.paused and in_flight >= self.high:
            self.paused = True
            return Flow.PAUSE
        if self.paused and in_flight <= self.low:
            self.paused = False
            return Flow.RESUME
        return Flow.KEEP
