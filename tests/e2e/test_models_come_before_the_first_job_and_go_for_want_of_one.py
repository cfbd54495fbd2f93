"""Models that are asked for are there before the first job, and give way when no job comes.

One that cannot be loaded keeps no worker from serving.
"""

import pytest

from tests.e2e.deployment import Deployment
from tests.e2e.worker_process import running

pytestmark = pytest.mark.slow

LOAD_SECONDS = 90.0
SETTINGS = {
    "TURNSTREAM_MODELS__WARM_UP": '["diarize:gone", "diarize"]',
    "TURNSTREAM_MODELS__IDLE_UNLOAD_SECONDS": "1",
}


def test_a_model_is_there_unasked_and_goes_when_it_is_idle(simulated: Deployment) -> None:
    with running("worker", simulated.worker_settings(**SETTINGS)) as worker:
        worker.wait_until(lambda: bool(worker.events("model unloaded")), LOAD_SECONDS)

        (failed,) = worker.events("model cannot be loaded")
        (loaded,) = worker.events("model loaded")
        (unloaded,) = worker.events("model unloaded")
        assert (failed["operation"], failed["model"]) == ("diarize", "gone")
        assert "no-such-model" in failed["reason"]
        assert loaded["model"] == unloaded["model"] == "demo"
        assert unloaded["reason"] == "idle"
        assert worker.metric("turnstream_models_resident") == 0
        assert worker.is_ready()
        assert worker.stop() == 0
