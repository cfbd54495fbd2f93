"""Does the publisher with transactions keep its promises, and its own: all or nothing?"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from consumer.adapters.kafka.configuration import Protocol, transactional_properties
from consumer.adapters.kafka.transactional_publisher import TransactionalPublisher
from consumer.core.model import Commit, Partition
from tests.contract.job_source.kafka_world import KafkaWorld, kafka_world
from tests.contract.publisher.suite import TransactionalContract, small

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer.adapters.kafka.source import KafkaJobSource
    from consumer.core.ports import Publisher
    from consumer.settings import KafkaSettings
    from tests.contract.job_source.world import Member
    from tests.stack.kafka import KafkaCluster


@pytest.mark.kafka
class TestTransactional(TransactionalContract):
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

    def test_a_commit_that_fails_takes_its_messages_with_it(
        self, world: KafkaWorld, member: Member, first: Partition
    ) -> None:
        too_much = Commit(1, "x" * (world.settings.metadata_max_bytes + 1))

        outcome = member.publish(small(world, 1), commits={first: too_much})

        assert (outcome.published, outcome.committed) == (False, False)
        assert world.results() == []
        assert world.committed(0) is None
