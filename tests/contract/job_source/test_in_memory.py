"""Does the fake keep the promises of the real source?"""

import pytest

from tests.contract.job_source.suite import JobSourceContract
from tests.contract.job_source.world import InMemoryWorld


class TestInMemory(JobSourceContract):
    @pytest.fixture
    def world(self) -> InMemoryWorld:
        return InMemoryWorld()
