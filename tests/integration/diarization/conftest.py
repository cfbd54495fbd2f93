"""The pipelines and recordings that the tests of the engine share."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from consumer.diarization.runtime import mute_pyannote
from tests.fakes.pipeline_configs import Kind
from tests.fakes.speech import phone_call


@pytest.fixture(scope="session")
def call() -> NDArray[np.float32]:
    """Thirty seconds of a phone call between two people."""
    return phone_call()


@pytest.fixture(scope="session")
def muted() -> None:
    """Import pyannote as the worker does: it warns at import, and warnings are errors here."""
    mute_pyannote()


@pytest.fixture(scope="session")
def pipelines(
    tmp_path_factory: pytest.TempPathFactory, call: NDArray[np.float32], muted: None
) -> dict[Kind, Path]:
    """A directory of each kind of pipeline; not to be written to."""
    from torch import from_numpy, set_num_threads

    from tests.fakes.pipelines import build_pipeline

    # Networks this narrow lose more to waiting for threads than they gain by them.
    set_num_threads(1)
    root = tmp_path_factory.mktemp("pipelines")
    speech = from_numpy(call)[None]
    return {kind: build_pipeline(root / kind.name.lower(), kind, speech) for kind in Kind}
