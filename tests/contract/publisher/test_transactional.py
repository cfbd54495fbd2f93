"""Does the publisher with transactions keep its promises, and its own: all or nothing?"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from consumer.adapters.kafka.configuration import Protocol, transactional_properties
from consumer.adapters.kafka.transactional_publisher import TransactionalPublisher
from consumer.core.model import Commit, Partition
from tests.contract.job_source.world import KafkaWorld, Member, kafka_world
from tests.contract.publisher.suite import PublisherContract, huge, small

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer.adapters.kafka.source import KafkaJobSource
    from consumer.core.ports import Publisher
    from consumer.settings import KafkaSettings
    from tests.stack.kafka import KafkaCluster


@pytest.mark.kafka
class TestTransactional(PublisherContract):
    @pytest.fixture
    def world(self, kafka: KafkaCluster, protocol: Protocol) -> Iterator[KafkaWorld]:
        topics = kafka.new_topic("jobs", partitions=2), kafka.new_topic("results")
        crashes: list[BaseException] = []

        def transactional(settings: KafkaSettings, source: KafkaJobSource) -> Publisher:
            properties = transactional_properties(settings, secrets.token_hex(4))
            return TransactionalPublisher(properties, source, crashes.append)

        with kafka_world(kafka.bootstrap, protocol, *topics) as world:
            world.new_publisher = transactional
            yield world
        assert crashes == []

    def test_the_neighbours_of_a_message_that_fails_wait_for_it(
        self, world: KafkaWorld, member: Member, first: Partition
    ) -> None:
        outcome = member.publish(small(world, 1), huge(world), commits={first: Commit(2)})

        assert outcome.refused
        assert world.results() == []
        assert world.committed(0) is None
