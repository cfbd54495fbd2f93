"""Whether the demonstration shows what it promises, and leaves no process behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import unavailable


@pytest.fixture(autouse=True)
def _with_models() -> None:
    if find_spec("torch") is None:
        unavailable("the extra `ml` is not installed", "the demonstration")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The demonstration, running; a wrong setting of the machine must not reach its worker."""
    process = subprocess.Popen(
        [sys.executable, "-m", "producer_tools", "demo", "--output", str(tmp_path / "out")],
        env={**os.environ, "COLUMNS": "160", "TURNSTREAM_OUTPUT__DEFAULT_URI": "nonsense"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


@pytest.mark.slow
def test_every_job_ends_as_it_was_meant_to(demo: subprocess.Popen[str], tmp_path: Path) -> None:
    text, _ = demo.communicate(timeout=280)

    assert demo.returncode == 0, text
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert (summary["jobs"], summary["succeeded"], summary["failed"]) == (4, 2, 2)
    assert [one["name"] for one in summary["recordings"]] == ["conversation", "phone-call"]
    assert "invalid_job: params.max_speakers: must not be below min_speakers" in text
    assert "simulated broker: in memory, at-least-once, no transactions" in text
    for name in ("conversation", "phone-call"):
        suffixes = {path.suffix for path in (tmp_path / "out" / "store/results" / name).iterdir()}
        assert suffixes == {".json", ".rttm"}
        png = (tmp_path / "out" / "pictures" / f"{name}.png").read_bytes()
        assert png.startswith(b"\x89PNG")
    assert processes_about(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_stops_what_it_started(
    demo: subprocess.Popen[str], tmp_path: Path, number: signal.Signals
) -> None:
    wait_for_worker(demo, tmp_path / "out" / "worker.log")
    assert processes_about(tmp_path)

    demo.send_signal(number)
    demo.communicate(timeout=60)

    assert demo.returncode not in {0, -signal.SIGKILL}
    assert processes_about(tmp_path) == []


def wait_for_worker(demo: subprocess.Popen[str], log: Path) -> None:
    """Return when the worker has said something, which it does seconds before it is done."""
    while demo.poll() is None:
        if log.exists() and "worker ready" in log.read_text():
            return
        time.sleep(0.1)
    raise AssertionError(demo.communicate()[0])


def processes_about(directory: Path) -> list[int]:
    """Pids of processes, the demonstration apart, whose environment names this run's directory."""
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"{directory}/out/store" in environment.read_text(errors="replace"):
                found.append(int(environment.parent.name))
        except OSError:
            continue
    return found
