"""Where diarization is switched off, a job says so in its result, and is a dead letter."""

import json
from pathlib import Path

from tests.e2e.deployment import Deployment
from tests.e2e.topics import Entry, read, write
from tests.e2e.worker_process import running


def test_a_job_ends_operation_disabled(simulated: Deployment, tmp_path: Path) -> None:
    bootstrap, topics = simulated.bootstrap, simulated.topics
    job = {"job_id": "call", "operation": "diarize", "audio": {"uri": f"file://{tmp_path}/a.wav"}}
    write(bootstrap, topics.jobs, [Entry(b"key", json.dumps(job).encode())])

    with running("worker", simulated.worker_settings(ENABLE_DIARIZATION="false")) as worker:
        worker.wait_until(simulated.has_caught_up, 30)
        assert worker.stop() == 0

    (result,) = read(bootstrap, topics.results)
    (letter,) = read(bootstrap, topics.dead_letters)
    assert json.loads(result.value or b"")["error"]["code"] == "operation_disabled"
    assert (letter.key, letter.value) == (b"key", json.dumps(job).encode())
