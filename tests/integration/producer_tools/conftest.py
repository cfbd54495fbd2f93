"""What do tests of the client tools share: topics of their own, a group, and the command?"""

from pathlib import Path

import pytest

from tests.integration.producer_tools.command import Run, command, environment
from tests.stack.kafka import KafkaCluster
from tests.stack.topics import Topics


@pytest.fixture
def topics(kafka: KafkaCluster) -> Topics:
    """Three topics on a real broker, two partitions each."""
    return Topics.created(kafka, partitions=2)


@pytest.fixture
def group(topics: Topics) -> str:
    """The workers' group."""
    return f"group of {topics.jobs}"


@pytest.fixture
def run(kafka: KafkaCluster, topics: Topics, group: str, tmp_path: Path) -> Run:
    """The command, told of broker, topics and group."""
    settings = environment(kafka.bootstrap, topics, tmp_path)
    return command(settings | {"TURNSTREAM_KAFKA__GROUP_ID": group})
