"""Read whole topics, outside any consumer group, from their beginning or from now on."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import methodcaller
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from confluent_kafka import Consumer, KafkaError, Message, TopicPartition

from producer_tools.exits import BrokerRefuses
from producer_tools.kafka.broker import REACH_SECONDS, SILENCE, BrokerClients
from producer_tools.kafka.messages import Incoming
from schemas.position import Position

if TYPE_CHECKING:
    from schemas.headers import Headers

PASSING: Final = SILENCE | {KafkaError.GROUP_AUTHORIZATION_FAILED}
"""Errors to read on after. The client looks for a coordinator of the group that we never join, and
may not be allowed to."""

# Called plainly in a loop, the method may leave its error behind for some later call.
_READ_HEADERS: Final = methodcaller("headers")


class TopicReader:
    """Hands out what stands in some topics, from fixed starting points on."""

    def __init__(self, clients: BrokerClients, consumer: Consumer) -> None:
        self._clients = clients
        self._consumer = consumer

    def poll(self, timeout_seconds: float) -> Incoming | None:
        """Return the next message, or None when none came in time; raises `ClientError`."""
        with self._clients.translating():
            message = self._consumer.poll(timeout_seconds)
        error = message.error() if message else None
        if error and error.code() not in PASSING:
            raise self._clients.problem(error)
        return incoming_of(message) if message and not error else None


@contextmanager
def reading(
    clients: BrokerClients, topics: Sequence[str], *, from_beginning: bool = False
) -> Iterator[TopicReader]:
    """Fix the starting points now, so that nothing written later is missed."""
    with opened(clients) as consumer:
        with clients.translating():
            partitions = partitions_of(clients, consumer, topics)
            consumer.assign([_start(consumer, one, from_beginning) for one in partitions])
        yield TopicReader(clients, consumer)


def check_topics(clients: BrokerClients, topics: Sequence[str]) -> None:
    """Raise `ClientError` unless a broker answers and has all of them."""
    with opened(clients) as consumer, clients.translating():
        partitions_of(clients, consumer, topics)


@contextmanager
def opened(
    clients: BrokerClients, properties: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Consumer]:
    """Open a consumer for as long as the context lasts; see `BrokerClients.consumer`."""
    with clients.translating():
        consumer = clients.consumer(properties)
    try:
        yield consumer
    finally:
        consumer.close()


def partitions_of(
    clients: BrokerClients, consumer: Consumer, topics: Sequence[str]
) -> list[TopicPartition]:
    """List all partitions; raises `BrokerRefuses` when a topic is missing."""
    try:
        # Asking for one topic by name would create it where brokers create topics by themselves.
        known = consumer.list_topics(timeout=REACH_SECONDS).topics
    finally:
        # Serves the callback that remembers why no broker could be reached.
        consumer.poll(0)
    if missing := [topic for topic in topics if topic not in known]:
        raise BrokerRefuses(
            f"there is no topic {missing[0]}: run `turnstream topics create`, or grant the right "
            "to see it"
        )
    return [TopicPartition(topic, number) for topic in topics for number in known[topic].partitions]


def _start(consumer: Consumer, partition: TopicPartition, from_beginning: bool) -> TopicPartition:
    first, end = consumer.get_watermark_offsets(partition, REACH_SECONDS)
    return TopicPartition(partition.topic, partition.partition, first if from_beginning else end)


def incoming_of(message: Message) -> Incoming:
    """Take what a consumer delivered."""
    return Incoming(
        Position(message.topic() or "", message.partition() or 0, message.offset() or 0),
        message.timestamp()[1],
        message.key(),
        message.value(),
        _headers(message),
    )


def _headers(message: Message) -> "Headers":
    """Return the headers; none when the client cannot hand them out, as workers see it too.

    Brokers take names that are not UTF-8, and the client fails on them.
    """
    try:
        headers = _READ_HEADERS(message) or ()
    except (SystemError, UnicodeDecodeError):
        return ()
    # A consumed message has a list of pairs with bytes; the other types are for producers.
    return tuple(cast("Headers", headers))
