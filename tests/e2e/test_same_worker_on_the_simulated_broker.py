"""The worker of the other stories, unchanged, on a simulated broker and a directory of objects.

This is what a newcomer sees: `turnstream submit --wait` comes back with the answer.
"""

import json
from pathlib import Path

import pytest

from tests.e2e.command_line import turnstream
from tests.e2e.deployment import Deployment
from tests.e2e.worker_process import running
from tests.stack.messages import read

pytestmark = pytest.mark.slow


def test_a_submitted_file_is_answered_and_its_files_are_written(
    simulated: Deployment, recording: Path, tmp_path: Path
) -> None:
    options = ["--upload", simulated.audio[0], "--format", "rttm", "--speakers", "2", "--wait"]
    with running("worker", simulated.worker_settings()) as worker:
        said = turnstream(simulated.client_settings, "submit", str(recording), *options)
        assert worker.stop() == 0

    assert said.returncode == 0, said.stderr
    (entry,) = read(simulated.bootstrap, simulated.topics.results)
    result = json.loads(entry.value or b"")
    assert (result["status"], result["job_id"]) == ("succeeded", said.stdout.split()[0])
    assert len(result["result"]["speakers"]) == 2
    written = {path.as_uri() for path in (tmp_path / "out").rglob("*.*")}
    assert written == {output["uri"] for output in result["outputs"]}
    assert {output["format"] for output in result["outputs"]} == {"json", "rttm"}
