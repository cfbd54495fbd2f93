"""What do the contracts of the job source and of the publisher need around them?"""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka import Message as Polled

from consumer.adapters.kafka.at_least_once import AtLeastOncePublisher
from consumer.adapters.kafka.configuration import (
    Protocol as GroupProtocol,
)
from consumer.adapters.kafka.configuration import consumer_properties, producer_properties
from consumer.adapters.kafka.source import KafkaJobSource
from consumer.core.model import Commit, Message, Partition, Publication, Record
from consumer.core.ports import EndOfPartition, JobSource, Outcome, Publisher
from consumer.core.start import Start
from consumer.settings import KafkaSettings
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


NewPublisher = Callable[[KafkaSettings, KafkaJobSource], Publisher]


def at_least_once(settings: KafkaSettings, source: KafkaJobSource) -> Publisher:
    """What every broker can do."""
    return AtLeastOncePublisher(producer_properties(settings), source)


@dataclass(slots=True)
class KafkaWorld:
    """The adapters on brokers, real or simulated."""

    settings: KafkaSettings
    protocol: GroupProtocol
    new_publisher: NewPublisher = at_least_once
    members: list[Member] = field(default_factory=list)

    @property
    def jobs_topic(self) -> str:
        return self.settings.jobs_topic

    @property
    def results_topic(self) -> str:
        return self.settings.results_topic

    def produce(
        self,
        value: bytes | None,
        partition: int = 0,
        key: bytes | None = None,
        headers: Headers = (),
    ) -> None:
        producer = Producer({"bootstrap.servers": self.settings.bootstrap_servers})
        producer.produce(
            self.jobs_topic, value=value, key=key, partition=partition, headers=list(headers)
        )
        assert producer.flush(PATIENCE_SECONDS) == 0

    def member(self) -> Member:
        source = KafkaJobSource(consumer_properties(self.settings, self.protocol), self.jobs_topic)
        member = Member(source, self.new_publisher(self.settings, source))
        source.subscribe(member)
        self.members.append(member)
        return member

    def results(self) -> list[tuple[bytes | None, bytes | None]]:
        """Read by a client that is in no group, up to the present end of each partition."""
        with self.stranger() as stranger:
            return list(_all_of(stranger, self.results_topic))

    def commit(self, partition: int, commit: Commit) -> None:
        place = TopicPartition(self.jobs_topic, partition, commit.offset, commit.metadata)
        with self.stranger() as stranger:
            stranger.commit(offsets=[place], asynchronous=False)

    def committed(self, partition: int) -> Commit | None:
        with self.stranger() as stranger:
            place = TopicPartition(self.jobs_topic, partition)
            [found] = stranger.committed([place], timeout=PATIENCE_SECONDS)
            return Commit(found.offset, found.metadata or "") if found.offset >= 0 else None

    @contextmanager
    def stranger(self) -> Iterator[Consumer]:
        """A client that knows the group and is not in it."""
        stranger = Consumer(
            {
                "bootstrap.servers": self.settings.bootstrap_servers,
                "group.id": self.settings.group_id,
                "enable.auto.commit": False,
                "enable.partition.eof": True,
            }
        )
        try:
            yield stranger
        finally:
            stranger.close()


@contextmanager
def kafka_world(
    bootstrap: str,
    protocol: GroupProtocol,
    jobs_topic: str,
    results_topic: str,
    session_ms: int = 6000,
) -> Iterator[KafkaWorld]:
    """A group of its own on these topics, whose members leave at the end."""
    quick = {"fetch.wait.max.ms": "10", "linger.ms": "0"}
    if protocol == "classic":
        quick["session.timeout.ms"] = str(session_ms)
        quick["heartbeat.interval.ms"] = str(session_ms // 4)
    settings = KafkaSettings(
        bootstrap_servers=bootstrap,
        group_id=f"group-{secrets.token_hex(4)}",
        jobs_topic=jobs_topic,
        results_topic=results_topic,
        message_max_bytes=LARGEST_BYTES,
        properties=quick,
    )
    world = KafkaWorld(settings, protocol)
    yield world
    for member in world.members:
        member.source.close()
        member.publisher.close()


def _all_of(reader: Consumer, topic: str) -> Iterator[tuple[bytes | None, bytes | None]]:
    for number in reader.list_topics(topic, timeout=PATIENCE_SECONDS).topics[topic].partitions:
        reader.assign([TopicPartition(topic, number, 0)])
        while (message := _polled(reader)) is not None:
            yield message.key(), message.value()


def _polled(reader: Consumer) -> Polled | None:
    """The next message; None at the end of the partition."""
    message = reader.poll(PATIENCE_SECONDS)
    assert message is not None
    if (error := message.error()) is None:
        return message
    assert error.code() == KafkaError._PARTITION_EOF
    return None
