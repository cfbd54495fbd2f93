"""What do tests of the client tools share: topics of their own, a group, and the command?"""

from pathlib import Path
from uuid import uuid4

import pytest

from tests.integration.producer_tools.command import Run, command, environment
from tests.integration.producer_tools.responder import Topics
from tests.stack.kafka import KafkaCluster


@pytest.fixture
def topics(kafka: KafkaCluster) -> Topics:
    """Three topics on a real broker, two partitions each."""
    name = uuid4().hex[:8]
    topics = Topics(f"{name}.jobs", f"{name}.results", f"{name}.letters")
    for topic in topics:
        kafka.create_topic(topic, partitions=2)
    return topics


@pytest.fixture
def group(topics: Topics) -> str:
    """The workers' group."""
    return f"group of {topics.jobs}"


@pytest.fixture
def run(kafka: KafkaCluster, topics: Topics, group: str, tmp_path: Path) -> Run:
    """The command, told of broker, topics and group."""
    settings = environment(kafka.bootstrap, topics, tmp_path)
    return command(settings | {"TURNSTREAM_KAFKA__GROUP_ID": group})
