"""Who takes part in the contracts of job source and publisher on brokers, real or simulated?"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka import Message as Polled

from consumer.adapters.kafka.at_least_once import AtLeastOncePublisher
from consumer.adapters.kafka.configuration import (
    Protocol as GroupProtocol,
)
from consumer.adapters.kafka.configuration import consumer_properties, producer_properties
from consumer.adapters.kafka.source import KafkaJobSource
from consumer.core.model import Commit
from consumer.core.ports import Publisher
from consumer.settings import KafkaSettings
from schemas.headers import Headers
from tests.contract.job_source.world import LARGEST_BYTES, PATIENCE_SECONDS, Member

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
