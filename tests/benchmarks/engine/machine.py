"""On what were the figures measured?"""

import os
from importlib.metadata import version
from pathlib import Path


def machine() -> dict[str, str | int]:
    """Return the processor, how many cores this process may use, and the versions that matter."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "torch": version("torch"),
        "pyannote.audio": version("pyannote.audio"),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "unknown")
