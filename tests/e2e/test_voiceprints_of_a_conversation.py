"""Voices are asked for by range, beside jobs that ask who spoke when, and one worker answers both.

On the simulated broker: what differs from the other stories is the operation alone.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.command_line import turnstream
from tests.e2e.conftest import RECORDING_SECONDS
from tests.e2e.deployment import Deployment
from tests.e2e.worker_process import running
from tests.stack.messages import read

pytestmark = pytest.mark.slow

ADA, BEN, ADA_AGAIN = "1-4", "4.8-6.7", "11.5-12.5"


def ranges(*texts: str) -> list[str]:
    return [word for text in texts for word in ("--range", text)]


def test_one_worker_answers_who_spoke_when_and_what_they_sound_like(
    simulated: Deployment, recording: Path
) -> None:
    client, upload = simulated.client_settings, ["--upload", simulated.audio[0], "--wait"]
    embed = ["--operation", "embed", *upload]
    with running("worker", simulated.worker_settings()) as worker:
        voices = turnstream(client, "submit", str(recording), *embed, *ranges(ADA, BEN, ADA_AGAIN))
        turns = turnstream(client, "submit", str(recording), *upload)
        beyond = turnstream(client, "submit", str(recording), *embed, *ranges("4000-6700"))
        assert worker.stop() == 0

    assert (voices.returncode, turns.returncode) == (0, 0), voices.stderr + turns.stderr
    assert "3 voiceprints" in voices.stdout
    assert beyond.returncode != 0
    assert "range_impossible" in beyond.stdout
    check(answer(simulated, voices.stdout.split()[0]))


def answer(deployment: Deployment, job_id: str) -> dict[str, Any]:
    """The result of a job, as a plain reader of the topic finds it."""
    results = [
        json.loads(entry.value or b"")
        for entry in read(deployment.bootstrap, deployment.topics.results)
    ]
    (found,) = [result for result in results if result["job_id"] == job_id]
    assert isinstance(found, dict)
    return found


def check(result: dict[str, Any]) -> None:
    found = result["result"]

    assert (result["operation"], result["model"]["name"]) == ("embed", "demo")
    assert [(each["start"], each["end"]) for each in found["embeddings"]] == [
        (1.0, 4.0),
        (4.8, 6.7),
        (11.5, RECORDING_SECONDS),
    ]
    assert {len(each["vector"]) for each in found["embeddings"]} == {found["dimension"]}
    assert [each["code"] for each in result["warnings"]] == ["range_impossible"]
    assert [output["format"] for output in result["outputs"]] == ["json"]
