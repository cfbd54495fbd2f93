"""Does the fake keep the promises of the real publishers, of either kind?"""

import pytest

from tests.contract.job_source.world import InMemoryWorld
from tests.contract.publisher.suite import PublisherContract, TransactionalContract


class TestInMemory(PublisherContract):
    @pytest.fixture
    def world(self) -> InMemoryWorld:
        return InMemoryWorld()


class TestTransactionsInMemory(TransactionalContract):
    @pytest.fixture
    def world(self) -> InMemoryWorld:
        return InMemoryWorld(transactional=True)
