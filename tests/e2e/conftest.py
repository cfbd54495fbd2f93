"""Where do the stories happen?"""

import importlib.util

import pytest

from tests.conftest import unavailable


@pytest.fixture(scope="session")
def engine() -> None:
    """The packages that decode and diarize are there, for the workers to import."""
    if importlib.util.find_spec("pyannote") is None:
        unavailable("the extra 'ml' is not installed", "stories with audio")
