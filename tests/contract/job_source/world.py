"""What do the contracts of the job source and of the publisher need around them?"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from consumer.core.model import Commit, Message, Partition, Publication, Record
from consumer.core.ports import EndOfPartition, JobSource, Outcome, Publisher
from consumer.core.start import Start
from schemas.headers import Headers
from tests.fakes.clock import FakeClock
from tests.fakes.job_source import TOPIC, InMemoryBroker, InMemoryJobSource
from tests.fakes.publisher import InMemoryPublisher

PATIENCE_SECONDS = 30.0
LARGEST_BYTES = 100_000
"""Of a record that the publishers of these worlds may write."""


@dataclass(slots=True)
class Member:
    """A member of the group, which notes what it is told."""

    source: JobSource
    publisher: Publisher
    assigned: set[Partition] = field(default_factory=set)
    starts: list[Start] = field(default_factory=list)
    refused: dict[Partition, str] = field(default_factory=dict)
    skipped: list[tuple[Partition, range]] = field(default_factory=list)
    revoked: set[Partition] = field(default_factory=set)
    arrived: list[Record | EndOfPartition] = field(default_factory=list)
    last_words: Publication | None = None
    """What it publishes when a partition is revoked."""
    heard: list[Outcome | None] = field(default_factory=list)
    """What became of that."""

    def on_assigned(self, starts: Sequence[Start]) -> None:
        self.assigned.update(start.partition for start in starts)
        self.starts.extend(starts)

    def on_refused(self, partition: Partition, reason: str) -> None:
        self.refused[partition] = reason

    def on_skipped(self, partition: Partition, lost: range) -> None:
        self.skipped.append((partition, lost))

    def on_revoked(self, partitions: Sequence[Partition]) -> None:
        self.assigned.difference_update(partitions)
        self.revoked.update(partitions)
        if self.last_words:
            self.publisher.hand_over(self.last_words)
            self.heard.append(self.publisher.settle(PATIENCE_SECONDS))
            self.last_words = None

    def on_lost(self, partitions: Sequence[Partition]) -> None:
        self.assigned.difference_update(partitions)

    def publish(
        self, *messages: Message, commits: Mapping[Partition, Commit] | None = None
    ) -> Outcome:
        """Hand over and collect the outcome between polls, as the loop does."""
        self.publisher.hand_over(Publication(messages, commits or {}))
        outcomes: list[Outcome] = []

        def collected() -> bool:
            outcomes.extend(o for o in [self.publisher.outcome()] if o)
            return bool(outcomes)

        until(collected, self)
        return outcomes[0]

    @property
    def records(self) -> list[Record]:
        return [arrived for arrived in self.arrived if isinstance(arrived, Record)]

    @property
    def ends(self) -> list[EndOfPartition]:
        return [arrived for arrived in self.arrived if isinstance(arrived, EndOfPartition)]

    @property
    def values(self) -> list[bytes | None]:
        return [record.value for record in self.records]


def until(happened: Callable[[], bool], *members: Member) -> None:
    """Let the members poll until it has happened; AssertionError when it does not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline, "it has not happened"
        for member in members:
            member.arrived.extend(member.source.poll(0.02))


class World(Protocol):
    """A jobs topic of at least two partitions, its group, and a results topic."""

    @property
    def jobs_topic(self) -> str: ...
    @property
    def results_topic(self) -> str: ...
    def produce(
        self,
        value: bytes | None,
        partition: int = 0,
        key: bytes | None = None,
        headers: Headers = (),
    ) -> None: ...
    def member(self) -> Member:
        """One more member, which joins with its first polls."""

    def results(self) -> list[tuple[bytes | None, bytes | None]]:
        """Key and value of whatever a reader of the results topic sees now."""

    def commit(self, partition: int, commit: Commit) -> None:
        """Commit for the group while nobody is in it."""

    def committed(self, partition: int) -> Commit | None:
        """What another client is told that the group has committed."""


@dataclass(slots=True)
class InMemoryWorld:
    """The fakes."""

    broker: InMemoryBroker = field(default_factory=lambda: InMemoryBroker(partitions=2))
    transactional: bool = False
    jobs_topic: str = TOPIC
    results_topic: str = "results"

    def produce(
        self,
        value: bytes | None,
        partition: int = 0,
        key: bytes | None = None,
        headers: Headers = (),
    ) -> None:
        self.broker.produce(value, partition, key, headers)

    def member(self) -> Member:
        source = InMemoryJobSource(self.broker)
        publisher = InMemoryPublisher(source, FakeClock(), LARGEST_BYTES, self.transactional)
        member = Member(source, publisher)
        source.subscribe(member)
        return member

    def results(self) -> list[tuple[bytes | None, bytes | None]]:
        return [(message.key, message.value) for message in self.broker.published]

    def commit(self, partition: int, commit: Commit) -> None:
        self.broker.commits[Partition(TOPIC, partition)] = commit

    def committed(self, partition: int) -> Commit | None:
        return self.broker.commits.get(Partition(TOPIC, partition))
