"""What do the stories have in common?"""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from producer_tools.demo import mock_broker
from tests.conftest import unavailable
from tests.e2e.deployment import DEMO_CONVERSATION, Deployment
from tests.stack.kafka import KafkaCluster
from tests.stack.topics import Topics

PARTITIONS = 6
RECORDING_SECONDS = 12
"""Of the recording: enough for two speakers, and soon done on two cores."""


@pytest.fixture(scope="session")
def engine() -> None:
    """The packages that decode and diarize are there, for the workers to import."""
    if importlib.util.find_spec("pyannote") is None:
        unavailable("the extra 'ml' is not installed", "stories with audio")


@pytest.fixture
def simulated(tmp_path: Path) -> Iterator[Deployment]:
    """A simulated broker and a directory of objects."""
    topics = Topics.new()
    with mock_broker.running(dict.fromkeys(topics, PARTITIONS)) as bootstrap:
        yield Deployment.on_directory(bootstrap, topics, tmp_path, "at-least-once")


@pytest.fixture
def real(kafka: KafkaCluster, tmp_path: Path) -> Deployment:
    """A real broker and a directory of objects."""
    return Deployment.on_directory(kafka.bootstrap, Topics.created(kafka, PARTITIONS), tmp_path)


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory, engine: None) -> Path:
    """The beginning of the conversation that ships with the repository."""
    from demo.sound import SAMPLE_RATE, read_waveform, write_flac

    path = tmp_path_factory.mktemp("calls") / "a call #1.flac"
    write_flac(path, read_waveform(DEMO_CONVERSATION)[: RECORDING_SECONDS * SAMPLE_RATE])
    return path
