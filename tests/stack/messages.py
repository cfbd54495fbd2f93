"""How does a test write messages and read what became of them, without our own clients?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
)

_SECONDS = 30.0
_COORDINATOR_STARTS = {
    KafkaError.NOT_COORDINATOR,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
}

Headers = tuple[tuple[str, bytes | None], ...]
Position = tuple[int, int]
"""Partition and offset."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message, as plain bytes."""

    key: bytes | None
    value: bytes | None
    headers: Headers = ()

    @classmethod
    def of(cls, message: Message) -> "Entry":
        # A message that was read has a list of pairs with bytes: the other types are for writing.
        headers = cast("list[tuple[str, bytes | None]]", message.headers() or [])
        return cls(message.key(), message.value(), tuple(headers))

    def header(self, name: str) -> str:
        """The only header of that name."""
        ((_, value),) = (header for header in self.headers if header[0] == name)
        return (value or b"").decode()


def write(
    bootstrap: str, topic: str, entries: Sequence[Entry], max_bytes: int = 1_000_000
) -> list[Position]:
    """Write messages, and say where each of them lies."""
    producer = Producer({"bootstrap.servers": bootstrap, "message.max.bytes": max_bytes})
    positions: dict[int, Position] = {}
    for number, entry in enumerate(entries):
        producer.produce(
            topic,
            key=entry.key,
            value=entry.value,
            headers=list(entry.headers),
            on_delivery=_noted(positions, number),
        )
    assert producer.flush(_SECONDS) == 0
    return [positions[number] for number in range(len(entries))]


def read(bootstrap: str, topic: str) -> list[Entry]:
    """Everything that stands in a topic at this moment."""
    reader = _consumer(bootstrap, "nobody")
    try:
        ends = _partitions(reader, topic, OFFSET_BEGINNING)
        reader.assign(ends)
        messages: list[Message] = []
        finished = 0
        while finished < len(ends):
            message = reader.poll(_SECONDS)
            assert message is not None, f"{topic} cannot be read"
            if (error := message.error()) is None:
                messages.append(message)
            elif error.code() == KafkaError._PARTITION_EOF:
                finished += 1
            else:
                raise KafkaException(error)
        return [Entry.of(message) for message in messages]
    finally:
        reader.close()


def lag(bootstrap: str, topic: str, group: str) -> int | None:
    """How many messages lie beyond what the group has committed; None: its broker is starting."""
    reader = _consumer(bootstrap, group)
    try:
        committed = reader.committed(_partitions(reader, topic), _SECONDS)
        ends = [reader.get_watermark_offsets(partition, _SECONDS)[1] for partition in committed]
        return sum(
            end - max(partition.offset, 0) for partition, end in zip(committed, ends, strict=True)
        )
    except KafkaException as error:
        if error.args[0].code() not in _COORDINATOR_STARTS:
            raise
        return None
    finally:
        reader.close()


def _consumer(bootstrap: str, group: str) -> Consumer:
    return Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "isolation.level": "read_committed",
            "fetch.wait.max.ms": 10,
        }
    )


def _partitions(reader: Consumer, topic: str, offset: int = 0) -> list[TopicPartition]:
    numbers = reader.list_topics(topic, _SECONDS).topics[topic].partitions
    return [TopicPartition(topic, number, offset) for number in numbers]


def _noted(
    positions: dict[int, Position], number: int
) -> Callable[[KafkaError | None, Message], None]:
    def delivered(error: KafkaError | None, message: Message) -> None:
        if error is not None:
            raise KafkaException(error)
        partition, offset = message.partition(), message.offset()
        assert partition is not None
        assert offset is not None
        positions[number] = (partition, offset)

    return delivered
