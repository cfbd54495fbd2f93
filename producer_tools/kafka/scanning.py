"""Read everything that stands in a topic at a moment, and later what has come since."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final

from confluent_kafka import Consumer, KafkaError, Message, TopicPartition

from producer_tools.exits import BrokerUnreachable
from producer_tools.kafka.broker import REACH_SECONDS, BrokerClients
from producer_tools.kafka.messages import Incoming
from producer_tools.kafka.reading import PASSING, incoming_of, opened, partitions_of

_BATCH: Final = 500
_TICK_SECONDS: Final = 0.5
STALLED_SECONDS: Final = 30.0


class TopicScan:
    """Hands out every committed message of one topic once, partition by partition in order."""

    def __init__(self, clients: BrokerClients, consumer: Consumer, topic: str) -> None:
        self.topic = topic
        self._clients = clients
        self._consumer = consumer
        with clients.translating():
            partitions = partitions_of(clients, consumer, [topic])
            self.log: Mapping[int, range] = {
                one.partition: range(*consumer.get_watermark_offsets(one, REACH_SECONDS))
                for one in partitions
            }
        """What was committed when the scan began, by partition."""
        self._next: dict[int, int] = {}

    def begin(self, offsets: Mapping[int, int] = MappingProxyType({})) -> None:
        """Begin at these offsets; where none is given, or it is gone, at the start of the log."""
        self._next = {
            partition: max(offsets.get(partition, log.start), log.start)
            for partition, log in self.log.items()
        }
        with self._clients.translating():
            self._consumer.assign(
                [TopicPartition(self.topic, *place) for place in self._next.items()]
            )

    def until_now(self) -> Iterator[Incoming]:
        """Yield what was committed before this call and not handed out yet, and perhaps more."""
        with self._clients.translating():
            ends = {partition: self._end(partition) for partition in self.log}
        return self.until(ends)

    def until(self, ends: Mapping[int, int]) -> Iterator[Incoming]:
        """Yield what stands before these offsets, and perhaps more; raises `ClientError`."""
        silent_seconds = 0.0
        while any(self._next[partition] < end for partition, end in ends.items()):
            with self._clients.translating():
                messages = self._consumer.consume(_BATCH, _TICK_SECONDS)
            for message in messages:
                if self._advance(message):
                    yield incoming_of(message)
            # Not by the clock: whoever takes the messages may take long.
            silent_seconds = 0.0 if messages else silent_seconds + _TICK_SECONDS
            if silent_seconds > STALLED_SECONDS:
                raise BrokerUnreachable(
                    f"nothing more of {self.topic} came for {STALLED_SECONDS:.0f} s, "
                    "although its end is not reached"
                )

    def _end(self, partition: int) -> int:
        """Say where what is committed ends: messages of open transactions stand behind it."""
        place = TopicPartition(self.topic, partition)
        return int(self._consumer.get_watermark_offsets(place, REACH_SECONDS)[1])

    def _advance(self, message: Message) -> bool:
        """Take note of a message, or of an end that is reached; False when it is none to yield."""
        partition, offset, error = message.partition() or 0, message.offset() or 0, message.error()
        if error is None:
            self._next[partition] = offset + 1
            return True
        if error.code() == KafkaError._PARTITION_EOF:
            # Behind the last message may stand marks of transactions, which are never delivered.
            self._next[partition] = offset
        elif error.code() not in PASSING:
            raise self._clients.problem(error)
        return False


@contextmanager
def scanning(clients: BrokerClients, topic: str) -> Iterator[TopicScan]:
    """Open a scan of a topic, to be told where to begin; raises `ClientError`."""
    with opened(clients, {"enable.partition.eof": "true"}) as consumer:
        yield TopicScan(clients, consumer, topic)
