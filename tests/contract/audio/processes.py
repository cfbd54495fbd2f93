"""Which processes does a test see, and what do they do?"""

import os
import time
from collections.abc import Callable
from pathlib import Path


def children() -> set[int]:
    """Living and unreaped children of this process."""
    pids = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
    return {pid for pid in pids if _status(pid)[1:2] == [str(os.getpid())]}


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that waits to be reaped does not."""
    return _status(pid)[:1] not in ([], ["Z"])


def cpu_ticks(pid: int) -> int:
    """Processor time that the process has used."""
    fields = _status(pid)
    return int(fields[11]) + int(fields[12]) if fields else 0


def open_descriptors() -> int:
    """Of this process."""
    return len(os.listdir("/proc/self/fd"))


def eventually(condition: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Whether the condition comes true within the time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _status(pid: int) -> list[str]:
    """State, parent, ... as in proc(5) after the name; empty when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []
