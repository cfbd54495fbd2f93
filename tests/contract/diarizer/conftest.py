"""The fake and the real diarizer, to whom the same is asked."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from consumer.core.model import CatalogueModel
from consumer.core.ports import Diarizer
from consumer.diarization.loading import Running, load_engine, load_stock
from consumer.diarization.runtime import mute_pyannote
from tests.fakes.diarizer import FakeDiarizer
from tests.fakes.pipeline_configs import Kind
from tests.fakes.speech import phone_call


@pytest.fixture(scope="session")
def speech() -> NDArray[np.float32]:
    """Twelve seconds of two people talking."""
    return phone_call()[: 12 * 16_000]


@pytest.fixture(
    scope="module",
    params=[("fake", None), *product(("engine", "stock"), Kind)],
    ids=lambda param: "-".join(filter(None, param)),
)
def diarizer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Diarizer:
    """Each implementation of the port in turn."""
    implementation, kind = request.param
    if implementation == "fake":
        return FakeDiarizer()
    load = load_engine if implementation == "engine" else load_stock
    running = Running(device="cpu", threads=1)
    return load(_seeded(kind, tmp_path_factory.mktemp("model")), running)


def _seeded(kind: Kind, directory: Path) -> CatalogueModel:
    mute_pyannote()
    from torch import from_numpy

    from tests.fakes.pipelines import build_pipeline

    build_pipeline(directory, kind, from_numpy(phone_call())[None])
    return CatalogueModel("seeded", "seeded", directory=str(directory))
