"""The fake and the real diarizer, to whom the same is asked."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from consumer.core.model import CatalogueModel
from consumer.core.ports import Diarizer
from consumer.diarization.loading import load_stock
from consumer.diarization.runtime import mute_pyannote
from tests.fakes.diarizer import FakeDiarizer
from tests.fakes.pipeline_configs import Kind
from tests.fakes.speech import phone_call


@pytest.fixture(scope="session")
def speech() -> NDArray[np.float32]:
    """Twelve seconds of two people talking."""
    return phone_call()[: 12 * 16_000]


@pytest.fixture(scope="module", params=["fake", *Kind])
def diarizer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Diarizer:
    """Each implementation of the port in turn."""
    if request.param == "fake":
        return FakeDiarizer()
    return _seeded(Kind(request.param), tmp_path_factory.mktemp("model"))


def _seeded(kind: Kind, directory: Path) -> Diarizer:
    mute_pyannote()
    from torch import from_numpy

    from tests.fakes.pipelines import build_pipeline

    build_pipeline(directory, kind, from_numpy(phone_call())[None])
    model = CatalogueModel("seeded", "seeded", directory=str(directory))
    return load_stock(model, token=None, device="cpu", cache_directory=None, threads=1)
