"""Where a running server keeps its state, and who clears up after a run that crashed."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.stack.cache import runs_directory


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """A process that cannot be mistaken for a later one with the same pid."""

    pid: int
    started_ticks: int

    @classmethod
    def of(cls, pid: int) -> Self | None:
        """The identity of a living process; a zombie is dead."""
        try:
            status = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return None
        # The name in parentheses may hold blanks and parentheses itself: count from its end.
        fields = status.rpartition(")")[2].split()
        return None if fields[0] in {"Z", "X"} else cls(pid, int(fields[19]))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read back what `str` wrote."""
        pid, _, started = text.partition("-")
        return cls(int(pid), int(started))

    def __str__(self) -> str:
        return f"{self.pid}-{self.started_ticks}"

    def is_alive(self) -> bool:
        """Whether this very process still runs."""
        return ProcessIdentity.of(self.pid) == self


@contextmanager
def workspace(name: str) -> Iterator[Path]:
    """A directory for one server or cluster, removed at the end; clears dead owners' ones first."""
    sweep()
    # The owner is part of the name, so that no moment exists in which a workspace has none.
    prefix = f"{name}.{ProcessIdentity.of(os.getpid())}."
    directory = Path(tempfile.mkdtemp(prefix=prefix, dir=runs_directory()))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def record_server(directory: Path, pid: int) -> None:
    """Remember a server of this workspace, for the sweep after a crash."""
    if identity := ProcessIdentity.of(pid):
        (directory / f"{identity}.server").touch()


def sweep() -> None:
    """Kill the servers and remove the workspaces whose owner is gone."""
    for directory in runs_directory().iterdir():
        if not ProcessIdentity.parse(directory.name.split(".")[1]).is_alive():
            _kill_servers(directory)
            shutil.rmtree(directory, ignore_errors=True)


def _kill_servers(directory: Path) -> None:
    for record in directory.glob("*.server"):
        server = ProcessIdentity.parse(record.stem)
        if server.is_alive():
            with suppress(ProcessLookupError):
                os.kill(server.pid, signal.SIGKILL)
