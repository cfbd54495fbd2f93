"""What does a process hold at this moment?"""

import resource
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Vitals:
    """Memory and countable things."""

    rss_bytes: int
    """Of the process itself."""
    children_rss_bytes: int
    descriptors: int
    threads: int
    children: int
    temporary_files: int


def vitals(pid: int, temporary: Path) -> Vitals:
    """Look at a process, its children, and the directory of its temporary files."""
    process = Path(f"/proc/{pid}")
    children = _children(process)
    return Vitals(
        rss_bytes=_resident_bytes(pid),
        children_rss_bytes=sum(map(_resident_bytes, children)),
        descriptors=_entries(process / "fd"),
        threads=_entries(process / "task"),
        children=len(children),
        temporary_files=sum(1 for _ in temporary.rglob("*")),
    )


def _children(process: Path) -> list[int]:
    lists = [task / "children" for task in (process / "task").iterdir()]
    return [int(child) for each in lists for child in _read(each).split()]


def _resident_bytes(pid: int) -> int:
    fields = _read(Path(f"/proc/{pid}/statm")).split()
    return int(fields[1]) * resource.getpagesize() if fields else 0


def _entries(directory: Path) -> int:
    return sum(1 for _ in directory.iterdir())


def _read(path: Path) -> str:
    """Children and threads come and go while they are looked at."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
