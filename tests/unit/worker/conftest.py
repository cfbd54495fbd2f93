"""What do the tests of the stages share?"""

import pytest

from consumer.archive import Archive
from tests.fakes.object_store import InMemoryObjectStore
from tests.fakes.operation import FakeOperation


@pytest.fixture
def operation() -> FakeOperation:
    return FakeOperation()


@pytest.fixture
def store() -> InMemoryObjectStore:
    return InMemoryObjectStore({"results"})


@pytest.fixture
def archive(store: InMemoryObjectStore) -> Archive:
    return Archive(store, {"diarize": FakeOperation()})
