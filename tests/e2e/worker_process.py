"""How does a story start a real worker, read what it says, and stop it?"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from tests.stack.processes import ServerProcess
from tests.stack.workspace import workspace

_READY_SECONDS = 60.0
_STOP_SECONDS = 45.0
"""More than the grace period, so that a worker that keeps it is never blamed."""


@dataclass(frozen=True, slots=True)
class WorkerProcess:
    """`python -m consumer`, which dies with the test."""

    process: ServerProcess

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def log(self) -> str:
        """Everything it has written so far."""
        return self.process.log_path.read_text(errors="replace")

    def events(self, event: str) -> list[dict[str, Any]]:
        """The log lines of one event, in order, with their fields."""
        # The last line may still be being written.
        lines = self.log.rpartition("\n")[0].splitlines()
        records = [json.loads(line) for line in lines if line.startswith("{")]
        return [record for record in records if record["event"] == event]

    def is_ready(self) -> bool:
        """Whether it has said where it listens, and answers there that it is ready."""
        started = self.events("worker ready")
        if not started:
            return False
        try:
            with urlopen(f"{started[0]['http']}/ready", timeout=1.0) as answer:
                return bool(answer.status == 200)
        except (URLError, TimeoutError):
            return False

    def metric(self, name: str) -> float:
        """The sum of a metric over its labels."""
        with urlopen(f"{self.events('worker ready')[0]['http']}/metrics", timeout=5.0) as answer:
            families = text_string_to_metric_families(answer.read().decode())
        samples = (sample for family in families for sample in family.samples)
        return sum(sample.value for sample in samples if sample.name == name)

    def wait_until(self, happened: Callable[[], bool], seconds: float) -> None:
        """Return as soon as it has happened; raises `ServerFailed`, at once if the worker ended."""
        self.process.wait_until(happened, seconds)

    def stop(self) -> int:
        """SIGTERM, as Kubernetes does it; the exit status."""
        self.process.terminate()
        return self.process.wait(_STOP_SECONDS)


@contextmanager
def launched(
    name: str, settings: Mapping[str, str], module: str = "consumer"
) -> Iterator[WorkerProcess]:
    """A worker that has just been started; its log is printed, for the report of a failed test."""
    with workspace(name) as directory:
        command = [sys.executable, "-m", module]
        worker = WorkerProcess(ServerProcess(name, command, directory, settings))
        worker.process.start()
        try:
            yield worker
        finally:
            if worker.process.is_running():
                worker.process.kill()
            print(worker.log)


@contextmanager
def running(
    name: str, settings: Mapping[str, str], module: str = "consumer"
) -> Iterator[WorkerProcess]:
    """A worker that is ready; killed at the end unless the story has stopped it."""
    with launched(name, settings, module) as worker:
        worker.wait_until(worker.is_ready, _READY_SECONDS)
        yield worker
