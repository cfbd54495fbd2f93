"""How much processor time does a process use?"""

import os
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """Used so far by all threads of a process and by its children, the living and the dead."""
    # The name in parentheses may hold blanks and parentheses itself: count from its end.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own_and_reaped = sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    return own_and_reaped + sum(cpu_seconds(child) for child in _children(pid))


def _children(pid: int) -> set[int]:
    """Those of every thread: the kernel lists them by the thread that started them."""
    return {
        child for thread in Path(f"/proc/{pid}/task").iterdir() for child in _started_by(thread)
    }


def _started_by(thread: Path) -> set[int]:
    try:
        return set(map(int, (thread / "children").read_text().split()))
    except (FileNotFoundError, ProcessLookupError):  # it ended while the others were looked at
        return set()
