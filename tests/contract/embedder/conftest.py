"""The fake and the real embedder, to whom the same is asked."""

import pytest

from consumer.core.model import CatalogueModel
from consumer.diarization.loading import Running
from consumer.diarization.voiceprint_loading import load_embedder
from consumer.operations.embed import Embedder
from demo.diarizer import MODEL
from tests.conftest import needs
from tests.fakes.embedder import FakeEmbedder


@pytest.fixture(scope="module", params=["fake", "pyannote"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    """Each implementation of the port in turn."""
    if request.param == "fake":
        return FakeEmbedder()
    needs("pyannote.audio", "tests of the real embedder")
    model = CatalogueModel("demo", "demo", directory=str(MODEL))
    return load_embedder(model, Running(device="cpu", threads=1))
