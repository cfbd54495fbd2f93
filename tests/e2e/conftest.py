"""What do the stories have in common?"""

import importlib.util
from pathlib import Path

import pytest

from tests.conftest import unavailable
from tests.e2e.deployment import DEMO_CONVERSATION

SECONDS = 12
"""Of the recording: enough for two speakers, and soon done on two cores."""


@pytest.fixture(scope="session")
def engine() -> None:
    """The packages that decode and diarize are there, for the workers to import."""
    if importlib.util.find_spec("pyannote") is None:
        unavailable("the extra 'ml' is not installed", "stories with audio")


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory, engine: None) -> Path:
    """The beginning of the conversation that ships with the repository."""
    from demo.sound import SAMPLE_RATE, read_waveform, write_flac

    path = tmp_path_factory.mktemp("calls") / "a call #1.flac"
    write_flac(path, read_waveform(DEMO_CONVERSATION)[: SECONDS * SAMPLE_RATE])
    return path
