"""Short recordings behind a long one, in its own partition, are answered before it has ended.

On the simulated broker, with the demonstration model: how the device is shared is the worker's own.
"""

import json
from pathlib import Path
from typing import Any
from urllib.request import url2pathname

import pytest

from tests.e2e.deployment import DEMO_CONVERSATION, Deployment
from tests.e2e.worker_process import running
from tests.fakes.jobs import job_bytes
from tests.stack.messages import Entry, read, write

pytestmark = pytest.mark.slow

CONVERSATIONS = 12
"""One after the other: some twelve minutes of audio."""
SHORT_JOBS = 6
SECONDS = 240.0


def test_short_recordings_do_not_wait_for_a_long_one(
    simulated: Deployment, recording: Path
) -> None:
    long, short = recordings(simulated, recording)
    settings = simulated.worker_settings(TURNSTREAM_DIARIZATION__LONG_SECONDS="60")
    send(simulated, {"long": long})
    with running("worker", settings) as worker:
        # It is decoded, and the model is loaded for it.
        worker.wait_until(lambda: worker.metric("turnstream_models_resident") == 1, SECONDS)
        send(simulated, {f"short-{number}": short for number in range(SHORT_JOBS)})
        worker.wait_until(lambda: len(results(simulated)) > SHORT_JOBS, SECONDS)
        assert worker.stop() == 0

    in_order = sorted(results(simulated), key=lambda result: str(result["completed_at"]))
    assert [result["status"] for result in in_order] == ["succeeded"] * (SHORT_JOBS + 1)
    assert in_order[-1]["job_id"] == "long"
    assert min(result["timings"]["device"] for result in in_order[:-1]) > 0


def recordings(deployment: Deployment, recording: Path) -> tuple[str, str]:
    """Put a long recording and a short one where the worker may read them."""
    import numpy as np

    from demo.sound import read_waveform, write_flac

    place = Path(url2pathname(deployment.audio[0].removeprefix("file://")))
    conversation = read_waveform(DEMO_CONVERSATION)
    write_flac(place / "long.flac", np.tile(conversation, CONVERSATIONS))
    (place / "short.flac").write_bytes(recording.read_bytes())
    return f"{deployment.audio[0]}long.flac", f"{deployment.audio[0]}short.flac"


def send(deployment: Deployment, uris: dict[str, str]) -> None:
    jobs = [job_bytes(job_id=job_id, audio={"uri": uri}) for job_id, uri in uris.items()]
    write(deployment.bootstrap, deployment.topics.jobs, [Entry(b"the same", job) for job in jobs])


def results(deployment: Deployment) -> list[dict[str, Any]]:
    return [
        json.loads(entry.value or b"")
        for entry in read(deployment.bootstrap, deployment.topics.results)
    ]
