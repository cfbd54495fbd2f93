"""Run a real worker beside the demonstration, and know how it is doing."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from producer_tools.demo.layout import Layout
from producer_tools.exits import ClientError

_STOP_SECONDS: Final = 15.0
_READY: Final = re.compile(r"worker ready .*?http=(\S+)")
_IN_FLIGHT: Final = re.compile(r"^turnstream_jobs_in_flight (\S+)", re.MULTILINE)


class WorkerEnded(ClientError):
    """The worker's process is gone before its work was done."""


class WorkerProcess:
    """A worker that was started, seen through its log and its HTTP port."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log
        self._address: str | None = None

    def check(self) -> None:
        """Raise `WorkerEnded`, with the end of its log, when it does not run any more."""
        if self._process.poll() is not None:
            last = "\n".join(self._log.read_text("utf-8").splitlines()[-5:])
            raise WorkerEnded(f"the worker ended with {self._process.returncode}:\n{last}")

    def is_ready(self) -> bool:
        """Whether it has said so, which it does before it loads any model."""
        if self._address is None and (said := _READY.search(self._log.read_text("utf-8"))):
            self._address = said[1]
        return self._address is not None

    def jobs_in_flight(self) -> int:
        """Return how many jobs it holds; 0 while it cannot be asked."""
        if self._address is None:
            return 0
        try:
            with urllib.request.urlopen(f"{self._address}/metrics", timeout=2) as answer:  # noqa: S310 - our own worker's http address
                gauge = _IN_FLIGHT.search(answer.read().decode())
        except OSError:
            return 0
        return int(float(gauge[1])) if gauge else 0

    def stop(self) -> None:
        """Let it drain and leave; a worker that does not is killed."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def running(bootstrap: str, layout: Layout, model: Path) -> Iterator[WorkerProcess]:
    """Start a worker on this broker and these directories; it is stopped at the end."""
    with layout.worker_log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "consumer"],
            env=_environment(bootstrap, layout, model),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C is for the demonstration: it stops this process itself.
            start_new_session=True,
        )
    worker = WorkerProcess(process, layout.worker_log)
    try:
        yield worker
    finally:
        worker.stop()


def _environment(bootstrap: str, layout: Layout, model: Path) -> Mapping[str, str]:
    """Set what this run needs: settings meant for the machine's own worker must not leak in."""
    foreign = {name: value for name, value in os.environ.items() if "TURNSTREAM" not in name}
    results = f"{layout.results.as_uri()}/"
    return foreign | {
        "TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS": bootstrap,
        "TURNSTREAM_KAFKA__DELIVERY": "at-least-once",  # the simulated broker has no transactions
        "TURNSTREAM_AUDIO__ALLOWED": json.dumps([f"{layout.audio.as_uri()}/"]),
        "TURNSTREAM_OUTPUT__ALLOWED": json.dumps([results]),
        "TURNSTREAM_OUTPUT__DEFAULT_URI": results,
        "TURNSTREAM_MODELS__CATALOGUE": json.dumps({"demo": {"directory": str(model)}}),
        "TURNSTREAM_MODELS__DEFAULT": "demo",
        "TURNSTREAM_HTTP__PORT": "0",
        "TURNSTREAM_LOG__FORMAT": "console",
        "ENABLE_DIARIZATION": "true",
        "PYANNOTE_METRICS_ENABLED": "0",
    }
