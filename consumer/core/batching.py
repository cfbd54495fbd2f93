"""Which waiting recordings go to the device together, and when?"""

from collections import deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar


class Batchable(Protocol):
    """What the batcher must know about an item."""

    @property
    def kind(self) -> Hashable:
        """Only items of one kind (operation and model) share a batch."""

    @property
    def seconds(self) -> float:
        """Seconds of audio: what the device's memory is spent on."""


Item = TypeVar("Item", bound=Batchable)


class Closed(StrEnum):
    """Why a batch was closed."""

    JOBS = "jobs"
    SECONDS = "audio_seconds"
    KIND = "other_kind"
    LINGER = "linger"


@dataclass(frozen=True, slots=True)
class BatchPolicy:
    """Close a batch when it is full, another kind is next, or its oldest item waited long."""

    max_jobs: int
    max_audio_seconds: float
    linger_seconds: float


@dataclass(frozen=True, slots=True)
class Batch(Generic[Item]):
    items: Sequence[Item]
    closed: Closed


class MicroBatcher(Generic[Item]):
    """A queue of recordings, drained one device-sized batch at a time, in order of arrival."""

    def __init__(self, policy: BatchPolicy) -> None:
        self._policy = policy
        self._waiting: deque[tuple[float, Item]] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, item: Item, now: float) -> None:
        self._waiting.append((now, item))

    def seconds_until_due(self, now: float) -> float | None:
        """Return how long the oldest item may still wait for company; None when nothing waits."""
        if not self._waiting:
            return None
        arrived, _ = self._waiting[0]
        return max(0.0, arrived + self._policy.linger_seconds - now)

    def next_batch(self, now: float) -> Batch[Item] | None:
        """Return the next batch, or None if it pays to wait a little longer."""
        count, closed = self._prefix()
        if count == 0 or (closed is Closed.LINGER and self.seconds_until_due(now) != 0.0):
            return None
        return Batch([self._waiting.popleft()[1] for _ in range(count)], closed)

    def _prefix(self) -> tuple[int, Closed]:
        """Count the leading items that fit together; a lone oversized one always does."""
        seconds = 0.0
        for count, (_, item) in enumerate(self._waiting):
            if count == self._policy.max_jobs:
                return count, Closed.JOBS
            if count and item.kind != self._waiting[0][1].kind:
                return count, Closed.KIND
            seconds += item.seconds
            if count and seconds > self._policy.max_audio_seconds:
                return count, Closed.SECONDS
        full = len(self._waiting) == self._policy.max_jobs
        return len(self._waiting), Closed.JOBS if full else Closed.LINGER
