"""Say how far a consumer group has come, without joining it."""

import time
from collections.abc import Iterable
from typing import Final

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from producer_tools.exits import ClientError, NotFinishedInTime
from producer_tools.kafka.broker import TRANSACTION_SECONDS, BrokerClients
from producer_tools.kafka.reading import opened
from schemas.commit_metadata import MetadataUnreadable, Progress, decode

_TRY_SECONDS: Final = 0.5
_PAUSE_SECONDS: Final = 0.1
# A transaction is open, or the group's coordinator moves.
_PASSING: Final = frozenset(
    {
        KafkaError._TIMED_OUT,
        KafkaError._WAIT_COORD,
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.NOT_COORDINATOR,
        KafkaError.REQUEST_TIMED_OUT,
    }
)
# A killed worker's transaction holds the answer back until brokers give it up.
_PATIENCE_SECONDS: Final = 2 * TRANSACTION_SECONDS


def read_progress(
    clients: BrokerClients, group: str, topic: str, partitions: Iterable[int]
) -> dict[int, Progress]:
    """Read by partition what a group has committed; nothing for one in which it has not yet.

    Raises `ClientError`, also for what a newer worker may have written.
    """
    with opened(clients, {"group.id": group}) as consumer:
        answers = [committed(clients, consumer, topic, partition) for partition in partitions]
    return {answer.partition: _progress(group, answer) for answer in answers if answer.offset >= 0}


def committed(
    clients: BrokerClients, consumer: Consumer, topic: str, partition: int
) -> TopicPartition:
    """Ask until a definite answer comes; its offset is negative when nothing is committed.

    One partition a call: one with an open transaction would hold up the answer for all. The
    consumer has no partitions, so that polls bring nothing but errors.
    """
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            with clients.translating(but=_PASSING):
                (answer,) = consumer.committed([TopicPartition(topic, partition)], _TRY_SECONDS)
        except KafkaException:
            # To those who may not ask for the group's coordinator, the client gives no answer.
            message = consumer.poll(_PAUSE_SECONDS)
            error = message.error() if message else None
            if error and error.code() == KafkaError.GROUP_AUTHORIZATION_FAILED:
                raise clients.problem(error) from None
        else:
            return answer
    raise NotFinishedInTime(
        f"{topic}/{partition}: what is committed could not be read within "
        f"{_PATIENCE_SECONDS:.0f} s: a transaction is open, or no group coordinator answers"
    )


def _progress(group: str, answer: TopicPartition) -> Progress:
    try:
        return decode(answer.offset, answer.metadata or "")
    except MetadataUnreadable as error:
        raise ClientError(
            f"{answer.topic}/{answer.partition}: what the group {group} committed at offset "
            f"{answer.offset} cannot be read: {error}"
        ) from error
