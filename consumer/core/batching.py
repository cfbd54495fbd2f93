"""Which waiting recordings go to the device together, and when?

Each partition is a line in the order of its offsets. A batch is one kind's prefixes of several
lines, taken in order of arrival: so within a partition nothing overtakes on its way to the device.
"""

from bisect import insort
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from heapq import merge
from itertools import takewhile
from typing import Generic, NamedTuple, Protocol, TypeVar

from consumer.core.model import Partition
from consumer.core.scheduling import Head, Kind, Residents, StickyChoice


class Batchable(Protocol):
    """What the batcher must know about an item."""

    @property
    def kind(self) -> Kind:
        """Only items of one kind share a batch."""

    @property
    def seconds(self) -> float:
        """Seconds of audio: what the device's time and memory are spent on."""

    @property
    def partition(self) -> Partition: ...
    @property
    def offset(self) -> int: ...


Item = TypeVar("Item", bound=Batchable)


class Closed(StrEnum):
    """Why a batch was closed."""

    JOBS = "jobs"
    SECONDS = "audio_seconds"
    KIND = "other_kind"
    LINGER = "linger"
    REVOCATION = "revocation"


@dataclass(frozen=True, slots=True)
class BatchPolicy:
    """Close a batch when it is full, another kind is next, or its oldest item waited long."""

    max_jobs: int
    max_audio_seconds: float
    linger_seconds: float
    long_seconds: float = float("inf")
    """Recordings longer than this run by themselves: others take turns with them."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a batch when its items have gone."""

    kind: Kind
    jobs: int
    seconds: float
    """Of audio."""
    closed: Closed
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Batch(Generic[Item]):
    """One kind's items, in the order in which they came."""

    items: Sequence[Item]
    closed: Closed
    is_long: bool = False
    """Whether it is one long recording."""

    @property
    def seconds(self) -> float:
        return sum(item.seconds for item in self.items)

    @property
    def kind(self) -> Kind:
        return self.items[0].kind

    @property
    def outline(self) -> Outline:
        return Outline(self.kind, len(self.items), self.seconds, self.closed, self.is_long)


@dataclass(frozen=True, slots=True)
class Welcome:
    """Who may begin beside what is under way."""

    no_long: bool = False
    """One long recording is on the device already."""
    only: Collection[Kind] | None = None
    """Kinds; None: all of them."""

    def includes(self, kind: Kind) -> bool:
        return self.only is None or kind in self.only


ANYBODY = Welcome()


class Waiting(NamedTuple, Generic[Item]):
    """An item in line; ordered by its offset."""

    offset: int
    since: float
    item: Item


class MicroBatcher(Generic[Item]):
    """The lines before the device, drained one batch at a time."""

    def __init__(self, policy: BatchPolicy, choice: StickyChoice) -> None:
        self._policy = policy
        self._choice = choice
        self._lines: dict[Partition, list[Waiting[Item]]] = {}

    @property
    def is_empty(self) -> bool:
        return not self._lines

    def add(self, item: Item, now: float) -> None:
        """Put an item in its line: before those of higher offsets, which were ready sooner."""
        line = self._lines.setdefault(item.partition, [])
        insort(line, Waiting(item.offset, now, item), key=lambda waiting: waiting.offset)

    def seconds_until_due(self, now: float, welcome: Welcome = ANYBODY) -> float | None:
        """Return how long the oldest head may still wait for company; None: there is no head."""
        since = [head.since for head in self._heads(welcome)]
        return max(0.0, min(since) + self._policy.linger_seconds - now) if since else None

    def next_batch(
        self, now: float, residents: Residents, welcome: Welcome = ANYBODY, hurry: bool = False
    ) -> Batch[Item] | None:
        """Return the next batch of those who are welcome, or None if it pays to wait a little.

        `hurry`: wait for no company.
        """
        heads = [Head(head.item.kind, head.since) for head in self._heads(welcome)]
        kind = self._choice.choose(now, heads, residents)
        if kind is None:
            return None
        batch = self._gathered(kind, welcome)
        if batch.closed is Closed.LINGER and self.seconds_until_due(now, welcome) != 0.0:
            if not hurry:
                return None
            batch = replace(batch, closed=Closed.REVOCATION)
        self._take(batch)
        self._choice.began(kind, now, residents)
        return batch

    def _heads(self, welcome: Welcome) -> Iterator[Waiting[Item]]:
        for line in self._lines.values():
            if line and self._may_begin(line[0].item, welcome):
                yield line[0]

    def _gathered(self, kind: Kind, welcome: Welcome) -> Batch[Item]:
        items: list[Item] = []
        seconds = 0.0
        for item in self._in_order(kind, welcome):
            if self._is_long(item):
                return Batch(items or [item], Closed.SECONDS, is_long=not items)
            if items and seconds + item.seconds > self._policy.max_audio_seconds:
                return Batch(items, Closed.SECONDS)
            items.append(item)
            seconds += item.seconds
            if len(items) == self._policy.max_jobs:
                return Batch(items, Closed.JOBS)
        return Batch(items, Closed.KIND if self._waits_another(kind, welcome) else Closed.LINGER)

    def _in_order(self, kind: Kind, welcome: Welcome) -> Iterator[Item]:
        """Merge what the lines begin with of one kind; always the head that came first."""

        def may_join(waiting: Waiting[Item]) -> bool:
            return waiting.item.kind == kind and self._may_begin(waiting.item, welcome)

        prefixes = [takewhile(may_join, line) for line in self._lines.values()]
        return (waiting.item for waiting in merge(*prefixes, key=lambda head: head.since))

    def _waits_another(self, kind: Kind, welcome: Welcome) -> bool:
        kinds = {waiting.item.kind for line in self._lines.values() for waiting in line}
        return any(welcome.includes(other) for other in kinds - {kind})

    def _may_begin(self, item: Item, welcome: Welcome) -> bool:
        return welcome.includes(item.kind) and not (welcome.no_long and self._is_long(item))

    def _is_long(self, item: Item) -> bool:
        return item.seconds > self._policy.long_seconds

    def _take(self, batch: Batch[Item]) -> None:
        for item in batch.items:
            line = self._lines[item.partition]
            del line[0]
            if not line:
                del self._lines[item.partition]
