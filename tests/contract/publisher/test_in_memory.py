"""Does the fake keep the promises of the real publishers?"""

import pytest

from tests.contract.job_source.world import InMemoryWorld
from tests.contract.publisher.suite import PublisherContract


class TestInMemory(PublisherContract):
    @pytest.fixture
    def world(self) -> InMemoryWorld:
        return InMemoryWorld()
