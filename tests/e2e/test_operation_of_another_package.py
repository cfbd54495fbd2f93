"""An operation that another package brings is served like our own: one topic, one device, one rule.

A worker that does not have it says so: at once when it was told to serve it, else job by job.
"""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.deployment import DEMO_MODEL, Deployment
from tests.e2e.worker_process import launched, running
from tests.fakes.jobs import job_bytes
from tests.plugin.installing import installed, model_in
from tests.stack.messages import Entry, read, write

pytestmark = pytest.mark.slow

EXIT_SETTINGS = 2
SECONDS = 60.0


def settings_of(deployment: Deployment, directory: Path, *operations: str) -> dict[str, str]:
    """The settings of a worker that has the package installed, and serves these operations."""
    packages = directory / "site-packages"
    if not packages.exists():
        packages.mkdir()
        installed(packages)
        model_in(directory / "loud-words")
    words = {"directory": str(directory / "loud-words"), "operations": ["transcribe"]}
    catalogue = {"demo": {"directory": str(DEMO_MODEL)}, "loud-words": words}
    path = [str(packages), os.environ.get("PYTHONPATH", "")]
    return deployment.worker_settings(
        PYTHONPATH=os.pathsep.join(filter(None, path)),
        TURNSTREAM_MODELS__CATALOGUE=json.dumps(catalogue),
        TURNSTREAM_WORKER__OPERATIONS=json.dumps(operations),
    )


def results(deployment: Deployment) -> dict[str, Mapping[str, Any]]:
    entries = read(deployment.bootstrap, deployment.topics.results)
    found = [json.loads(entry.value or b"") for entry in entries]
    assert len({result["job_id"] for result in found}) == len(found)
    return {result["job_id"]: result for result in found}


def send(deployment: Deployment, recording: Path, jobs: Mapping[str, Mapping[str, Any]]) -> None:
    uri = shutil.copy(recording, deployment.audio[0].removeprefix("file://"))
    audio = {"audio": {"uri": Path(uri).as_uri()}}
    entries = [Entry(None, job_bytes(job_id=name, **audio, **job)) for name, job in jobs.items()]
    write(deployment.bootstrap, deployment.topics.jobs, entries)


def outcome(result: Mapping[str, Any]) -> str:
    return str(result["error"]["code"] if result["error"] else result["status"])


def serve(deployment: Deployment, settings: Mapping[str, str]) -> list[str]:
    """Let a worker do all there is; which models it has loaded, in order."""
    with running("worker", settings) as worker:
        worker.wait_until(deployment.has_caught_up, SECONDS)
        assert worker.stop() == 0
        return [loaded["model"] for loaded in worker.events("model loaded")]


def test_both_are_served_from_one_topic(
    simulated: Deployment, recording: Path, tmp_path: Path
) -> None:
    jobs: dict[str, dict[str, Any]] = {
        "turns": {"operation": "diarize", "output": {"formats": ["rttm"]}},
        "words": {"operation": "transcribe", "output": {"formats": ["txt"]}},
        "more-turns": {"operation": "diarize", "params": {"num_speakers": 2}},
        "fewer-words": {"operation": "transcribe", "params": {"loudness": 0.9}},
        "mistyped": {"operation": "transcribe", "params": {"loudnes": 0.9}},
        "foreign-format": {"operation": "transcribe", "output": {"formats": ["rttm"]}},
        "foreign-model": {"operation": "transcribe", "model": "demo"},
        "not-a-pipeline": {"operation": "diarize", "model": "loud-words"},
        "unknown": {"operation": "translate"},
    }
    send(simulated, recording, jobs)

    loaded = serve(simulated, settings_of(simulated, tmp_path, "diarize", "transcribe"))

    found = results(simulated)
    assert {name: outcome(result) for name, result in found.items()} == {
        "turns": "succeeded",
        "words": "succeeded",
        "more-turns": "succeeded",
        "fewer-words": "succeeded",
        "mistyped": "invalid_job",
        "foreign-format": "invalid_job",
        "foreign-model": "model_refused",
        "not-a-pipeline": "model_refused",
        "unknown": "unsupported_operation",
    }
    assert found["turns"]["result"]["diarization"]
    assert found["words"]["model"]["name"] == "loud-words"
    assert [word["word"] for word in found["words"]["result"]["words"][:4]] == [
        "who",
        "speaks",
        "when",
        "who",
    ]
    assert found["fewer-words"]["result"] == {"words": []}
    assert found["mistyped"]["error"]["message"] == "params.loudnes: unknown field"
    assert "does: diarize, transcribe" in found["unknown"]["error"]["message"]
    assert sorted(loaded) == ["demo", "loud-words"]
    written = {Path(output["uri"]).suffix: output for output in found["words"]["outputs"]}
    text = Path(written[".txt"]["uri"].removeprefix("file://")).read_text("utf-8")
    assert text.split() == [word["word"] for word in found["words"]["result"]["words"]]


def test_what_is_stored_is_found_again_with_its_shape(
    simulated: Deployment, recording: Path, tmp_path: Path
) -> None:
    job = {"operation": "transcribe"}
    send(simulated, recording, {"words": job})
    send(simulated, recording, {"words": job | {"output": {"formats": ["txt"]}}})

    serve(simulated, settings_of(simulated, tmp_path, "transcribe"))

    entries = read(simulated.bootstrap, simulated.topics.results)
    first, second = sorted(
        (json.loads(entry.value or b"") for entry in entries),
        key=lambda result: bool(result["reused"]),
    )
    assert (first["reused"], second["reused"]) == (False, True)
    assert first["result"] == second["result"]
    assert {output["format"] for output in (*first["outputs"], *second["outputs"])} == {
        "json",
        "txt",
    }


def test_a_worker_that_serves_something_else_says_what(
    simulated: Deployment, recording: Path, tmp_path: Path
) -> None:
    send(simulated, recording, {"turns": {"operation": "diarize"}})

    serve(simulated, settings_of(simulated, tmp_path, "transcribe"))

    result = results(simulated)["turns"]
    assert outcome(result) == "unsupported_operation"
    assert "does: transcribe" in result["error"]["message"]


def test_a_worker_told_to_serve_what_it_lacks_does_not_start(
    simulated: Deployment, tmp_path: Path
) -> None:
    settings = settings_of(simulated, tmp_path, "diarize", "translate")

    with launched("worker", settings) as worker:
        assert worker.process.wait(SECONDS) == EXIT_SETTINGS
        (said,) = worker.events("worker cannot start")

    assert "no operation 'translate'" in said["reason"]
    assert "transcribe of loud-words 1.0" in said["reason"]
