"""How are the workers of a service started, watched, started again, and brought to their end?"""

import os
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.scripted.traps import BUG_VARIABLE, TRAP_VARIABLE, Trap, release
from tests.stack.processes import ServerProcess

RESTART_SECONDS = 0.2


@dataclass(slots=True)
class Member:
    """One worker of a fleet, over all its lives."""

    instance: str
    process: ServerProcess
    trap_path: Path
    is_wanted: bool = True
    restart_at: float | None = 0.0
    """When it is to be started, on the monotonic clock; None while it runs."""

    @property
    def is_running(self) -> bool:
        return self.process.is_running()

    @property
    def log(self) -> str:
        """What it has written, over all its lives."""
        path = self.process.log_path
        return path.read_text(errors="replace") if path.exists() else ""

    def said(self, text: str) -> int:
        """How often it has written that."""
        return self.log.count(text)

    def start(self) -> None:
        self.restart_at = None
        self.process.start()

    def send(self, number: signal.Signals) -> None:
        """Send a signal, if the worker runs."""
        if self.is_running:
            os.kill(self.process.pid, number)

    def set_trap(self, trap: Trap) -> None:
        """The worker springs it when it next comes to that step."""
        trap.write(self.trap_path)

    @property
    def is_trapped(self) -> bool:
        """Whether a trap is set that was not sprung yet."""
        return self.trap_path.exists()

    def release(self) -> None:
        """Let go of the call that hangs in its trap."""
        release(self.trap_path)

    def remove_trap(self) -> None:
        self.trap_path.unlink(missing_ok=True)


@dataclass(slots=True)
class Fleet:
    """The workers of one service; only the thread that built it may touch it.

    Whoever exits is started again, as an orchestrator would.
    """

    name: str
    directory: Path
    settings: Callable[[str], Mapping[str, str]]
    """A worker's environment, by its instance."""
    bug: str = ""
    members: list[Member] = field(default_factory=list)
    twins: list[Member] = field(default_factory=list)
    exits: Counter[str] = field(default_factory=Counter)
    """How often workers ended, by exit code or signal."""

    def resize(self, size: int) -> None:
        """Start workers up to the size; ask those beyond it to leave."""
        while len(self.members) < size:
            instance = f"{self.name}-{len(self.members)}"
            self.members.append(self._new_member(instance, instance))
        for number, member in enumerate(self.members):
            member.is_wanted = number < size
            if not member.is_wanted:
                member.send(signal.SIGTERM)
        self.mind()

    def add_twin(self, instance: str) -> Member:
        """Start one more process of that instance; nobody starts it again."""
        twin = self._new_member(f"{self.name}-twin-{len(self.twins)}", instance)
        twin.is_wanted = False
        self.twins.append(twin)
        twin.start()
        return twin

    @property
    def wanted(self) -> list[Member]:
        """Whoever is meant to run."""
        return [member for member in self.members if member.is_wanted]

    def mind(self) -> None:
        """Note who has ended, and start whoever is wanted; to be called often."""
        now = time.monotonic()
        for member in self._everybody:
            if member.is_running:
                continue
            if member.restart_at is None:
                self.exits[_ending(member.process.wait(0))] += 1
                member.restart_at = now + RESTART_SECONDS
            if member.is_wanted and now >= member.restart_at:
                member.start()

    def stop(self, seconds: float) -> None:
        """Ask everybody to leave; whoever does not within the time is killed."""
        for member in self._everybody:
            member.is_wanted = False
            member.send(signal.SIGCONT)
            member.send(signal.SIGTERM)
        deadline = time.monotonic() + seconds
        while any(member.is_running for member in self._everybody) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.kill()

    def kill(self) -> None:
        """End everybody at once."""
        for member in self._everybody:
            member.is_wanted = False
            if member.is_running:
                member.process.kill()
        self.mind()

    def say_where(self) -> None:
        """Let every worker write down where its threads are."""
        for member in self.wanted:
            member.send(signal.SIGUSR1)
        time.sleep(1.0)

    def keep_logs(self, directory: Path) -> None:
        """Copy what everybody has written, over all their lives."""
        directory.mkdir(parents=True, exist_ok=True)
        for member in self._everybody:
            if member.process.log_path.exists():
                shutil.copy(member.process.log_path, directory)

    @property
    def _everybody(self) -> list[Member]:
        return [*self.members, *self.twins]

    def _new_member(self, name: str, instance: str) -> Member:
        trap_path = self.directory / f"{name}.trap"
        environment = {
            **self.settings(instance),
            TRAP_VARIABLE: str(trap_path),
            BUG_VARIABLE: self.bug,
        }
        command = [sys.executable, "-m", "tests.scripted.worker"]
        process = ServerProcess(name, command, self.directory, environment)
        return Member(instance, process, trap_path)


def _ending(status: int) -> str:
    return f"exit {status}" if status >= 0 else signal.Signals(-status).name
