"""What has the group committed in a partition, and what does its log still hold?"""

from confluent_kafka import Consumer, KafkaException, TopicPartition

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
        [place] = consumer.committed([_place(partition)], timeout=seconds)
    except KafkaException as error:
        raise NoAnswer(f"committed offset: {error.args[0].str()}") from error
    if place.error:
        raise NoAnswer(f"committed offset: {place.error.str()}")
    return committed_at([place]).get(partition)


def read_log(consumer: Consumer, partition: Partition, seconds: float) -> range:
    """Return the offsets from the log's start up to its end; raises `NoAnswer`."""
    try:
        start, end = consumer.get_watermark_offsets(_place(partition), timeout=seconds)
    except KafkaException as error:
        raise NoAnswer(f"range of the log: {error.args[0].str()}") from error
    return range(start, end)


def _place(partition: Partition) -> TopicPartition:
    return TopicPartition(partition.topic, partition.number)
