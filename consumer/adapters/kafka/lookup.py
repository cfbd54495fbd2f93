"""What has the group committed in a partition, and what does its log still hold?"""

from confluent_kafka import OFFSET_INVALID, Consumer, KafkaException, TopicPartition

from consumer.adapters.kafka.commits import committed_at
from consumer.core.model import Commit, Partition


class NoAnswer(Exception):
    """Nobody could say in time; that is no news about the partition."""


def read_commit(consumer: Consumer, partition: Partition, seconds: float) -> Commit | None:
    """Return what the group has committed, None for nothing; raises `NoAnswer`.

    One partition a call: brokers do not answer for one whose transaction is open, and would hold up
    the others with it.
    """
    try:
        [found] = consumer.committed([place_of(partition)], timeout=seconds)
    except KafkaException as error:
        raise NoAnswer(f"committed offset: {error.args[0].str()}") from error
    if found.error:
        raise NoAnswer(f"committed offset: {found.error.str()}")
    return committed_at([found]).get(partition)


def read_log(consumer: Consumer, partition: Partition, seconds: float) -> range:
    """Return the offsets from the log's start up to its end; raises `NoAnswer`."""
    try:
        start, end = consumer.get_watermark_offsets(place_of(partition), timeout=seconds)
    except KafkaException as error:
        raise NoAnswer(f"range of the log: {error.args[0].str()}") from error
    return range(start, end)


def place_of(partition: Partition, offset: int = OFFSET_INVALID) -> TopicPartition:
    """Name a partition, and perhaps an offset of it, to the client."""
    return TopicPartition(partition.topic, partition.number, offset)
