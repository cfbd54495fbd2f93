"""Does the publisher without transactions keep its promises, also when the brokers do not help?"""

import pytest

from tests.contract.job_source.kafka_world import KafkaWorld
from tests.contract.publisher.suite import PublisherContract


class TestAtLeastOnce(PublisherContract):
    @pytest.fixture
    def world(self, on_brokers: KafkaWorld) -> KafkaWorld:
        return on_brokers
