"""How a server process is started, watched, disturbed and stopped."""

import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.stack import leash
from tests.stack.ports import HOST
from tests.stack.workspace import record_server

START_SECONDS = 60.0
STOP_SECONDS = 10.0
_PROBE_SECONDS = 0.05
_TAIL_LINES = 30


class ServerFailed(Exception):
    """A server ended, or was not ready in time; the text ends with the tail of its log."""


@dataclass(slots=True)
class ServerProcess:
    """One server on a leash: it dies with this process; it can be stopped and started again.

    The kernel ties a leash to the thread that starts the server: start from one that lasts.
    """

    name: str
    command: Sequence[str | Path]
    workspace: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def pid(self) -> int:
        """The process id; raises `ServerFailed` when the server was never started."""
        return self._started().pid

    @property
    def log_path(self) -> Path:
        """What the server printed, over all its starts."""
        return self.workspace / f"{self.name}.log"

    def is_running(self) -> bool:
        """Whether the process is there, paused or not."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the process; it may need a while until it answers."""
        leashed = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *self.command]
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                leashed,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )
        record_server(self.workspace, self.pid)

    def wait_until(self, is_ready: Callable[[], bool], seconds: float = START_SECONDS) -> None:
        """Return when the server is ready; raises `ServerFailed` when it ends or takes too long."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            if not self.is_running():
                raise ServerFailed(f"{self.name} ended at its start\n{self._log_tail()}")
            if time.monotonic() > deadline:
                raise ServerFailed(
                    f"{self.name} was not ready in {seconds:.0f} s\n{self._log_tail()}"
                )
            time.sleep(_PROBE_SECONDS)

    def stop(self) -> None:
        """End the process politely, then by force."""
        if not self.is_running():
            return
        self.resume()
        self._started().terminate()
        try:
            self._started().wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def terminate(self) -> None:
        """Ask the process to end; `wait` tells how it did."""
        self._started().terminate()

    def wait(self, seconds: float) -> int:
        """The exit status of a process that ends; raises `ServerFailed` when it takes too long."""
        try:
            return self._started().wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise ServerFailed(
                f"{self.name} still runs after {seconds:.0f} s\n{self._log_tail()}"
            ) from error

    def kill(self) -> None:
        """End the process as a crash would."""
        self._started().kill()
        self._started().wait()

    def pause(self) -> None:
        """Freeze the process: its connections stay open and nothing answers."""
        self._started().send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a paused process go on."""
        self._started().send_signal(signal.SIGCONT)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise ServerFailed(f"{self.name} was never started")
        return self._process

    def _log_tail(self) -> str:
        with self.log_path.open(errors="replace") as log:
            return "".join(deque(log, _TAIL_LINES))


@contextmanager
def started(server: ServerProcess, is_ready: Callable[[], bool]) -> Iterator[ServerProcess]:
    """The server, ready, and stopped at the end."""
    server.start()
    try:
        server.wait_until(is_ready)
        yield server
    finally:
        server.stop()


def answers(port: int, path: str) -> bool:
    """Whether an HTTP server on the port answers a GET of the path with 200."""
    connection = HTTPConnection(HOST, port, timeout=1.0)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
