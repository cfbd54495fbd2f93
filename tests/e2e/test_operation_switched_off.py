"""Where diarization is switched off, a job says so in its result, and is a dead letter."""

import json
from pathlib import Path

from tests.e2e.deployment import Deployment
from tests.e2e.worker_process import running
from tests.fakes.jobs import job_bytes
from tests.stack.messages import Entry, read, write


def test_a_job_ends_operation_disabled(simulated: Deployment, tmp_path: Path) -> None:
    bootstrap, topics = simulated.bootstrap, simulated.topics
    job = job_bytes(audio={"uri": f"file://{tmp_path}/a.wav"})
    write(bootstrap, topics.jobs, [Entry(b"key", job)])

    with running("worker", simulated.worker_settings(ENABLE_DIARIZATION="false")) as worker:
        worker.wait_until(simulated.has_caught_up, 30)
        assert worker.stop() == 0

    (result,) = read(bootstrap, topics.results)
    (letter,) = read(bootstrap, topics.dead_letters)
    assert json.loads(result.value or b"")["error"]["code"] == "operation_disabled"
    assert (letter.key, letter.value) == (b"key", job)
