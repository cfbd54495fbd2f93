"""A narrow pipeline whose networks are asked directly, and how it cuts recordings."""

import warnings
from pathlib import Path
from typing import Any

import pytest

from consumer.diarization.runtime import mute_pyannote
from tests.conftest import needs
from tests.fakes.pipeline_configs import Kind

needs("pyannote", tests="the networks of the engine")
# Before any test module imports it: it warns at import, and warnings are errors here.
mute_pyannote()


@pytest.fixture(scope="session")
def pipeline(pipelines: dict[Kind, Path]) -> Any:
    """Stock's own."""
    from pyannote.audio import Pipeline

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        opened: Any = Pipeline.from_pretrained(pipelines[Kind.CENTROID_LINKAGE])
    return opened
