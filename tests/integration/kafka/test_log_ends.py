"""Whether it is known where logs end, also of what nobody reads, and when it is not."""

import pytest
from confluent_kafka import Producer

from consumer.adapters.kafka.log_ends import TRIES, LogEnds
from consumer.core.model import Partition
from tests.contract.job_source.world import until
from tests.stack.kafka import KafkaCluster
from tests.stack.topics import Topics

pytestmark = pytest.mark.kafka

FLUSH_SECONDS = 30.0
MARKER = 1
"""What ends a transaction takes an offset, too."""


class World:
    """Somebody who wants to know, and a topic."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self.partitions: list[Partition] = []
        self.seen: dict[Partition, int] = {}
        self.ends = LogEnds(
            {"bootstrap.servers": bootstrap},
            topic,
            lambda: self.partitions,
            lambda ends, _: self.seen.update(ends),
        )


def test_sees_each_log_up_to_what_readers_may_see(kafka: KafkaCluster) -> None:
    topics = Topics.created(kafka, 2)
    world = World(kafka.bootstrap, topics.jobs)
    world.partitions = [Partition(topics.jobs, 0), Partition(topics.jobs, 1)]
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "transactional.id": topics.jobs})
    producer.init_transactions(FLUSH_SECONDS)

    producer.begin_transaction()
    for _ in range(3):
        producer.produce(topics.jobs, b"{}", partition=1)
    producer.flush(FLUSH_SECONDS)
    world.ends.ask()
    assert world.seen == {world.partitions[0]: 0, world.partitions[1]: 0}

    producer.commit_transaction(FLUSH_SECONDS)
    ends = {world.partitions[0]: 0, world.partitions[1]: 3 + MARKER}

    def is_seen() -> bool:
        """Brokers let readers on a moment after the commit was answered."""
        world.ends.ask()
        return world.seen == ends

    until(is_seen)
    assert world.ends.why_not() is None


def test_brokers_that_do_not_answer_are_told_of_after_some_tries() -> None:
    world = World("127.0.0.1:1", "jobs")

    for _ in range(TRIES):
        assert world.ends.why_not() is None
        world.ends.ask()

    reason = world.ends.why_not()
    assert reason is not None
    assert reason.startswith("the brokers do not say where logs end: ")
    assert world.seen == {}


def test_without_partitions_it_still_knows_whether_brokers_answer(kafka: KafkaCluster) -> None:
    world = World(kafka.bootstrap, Topics.created(kafka, 1).jobs)

    for _ in range(TRIES):
        world.ends.ask()

    assert world.ends.why_not() is None
