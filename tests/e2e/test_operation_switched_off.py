"""Where diarization is switched off, a job says so in its result, and is a dead letter."""

import json
from pathlib import Path

from tests.e2e.deployment import Deployment
from tests.e2e.topics import Entry, Topics, read, write
from tests.e2e.waiting import wait_until
from tests.e2e.worker_process import running


def test_a_job_ends_operation_disabled(mock_broker: str, tmp_path: Path) -> None:
    deployment = Deployment.on_directory(mock_broker, Topics.new(), tmp_path)
    topics = deployment.topics
    job = {"job_id": "call", "operation": "diarize", "audio": {"uri": f"file://{tmp_path}/a.wav"}}
    write(mock_broker, topics.jobs, [Entry(b"key", json.dumps(job).encode())])

    with running("worker", deployment.worker_settings(ENABLE_DIARIZATION="false")) as worker:
        wait_until(deployment.has_caught_up, 30, "the job ends")
        assert worker.stop() == 0

    (result,) = read(mock_broker, topics.results)
    (letter,) = read(mock_broker, topics.dead_letters)
    assert json.loads(result.value or b"")["error"]["code"] == "operation_disabled"
    assert (letter.key, letter.value) == (b"key", json.dumps(job).encode())
