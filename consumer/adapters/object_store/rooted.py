"""Which directory below an allowed root holds a file, and how is it entered safely?"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from consumer.adapters.object_store.file_errors import translated
from consumer.core.errors import BucketNotFound, ObjectForbidden, ObjectNotFound
from schemas.uri import ObjectUri

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Place:
    """A file's root, the directories below it, and its own name."""

    root: str
    directories: tuple[str, ...]
    name: str


class Roots:
    """The directories that files may lie below; each may be a link itself, nothing below it may."""

    def __init__(self, roots: Iterable[Path]) -> None:
        absolute = {Path(os.path.abspath(root)) for root in roots}
        self._roots = sorted(absolute, key=lambda root: len(root.parts), reverse=True)

    def place(self, uri: ObjectUri) -> Place:
        """Return where the file lies; raises `ObjectForbidden` outside all roots."""
        parts = Path(uri.path).parts
        for root in self._roots:
            depth = len(root.parts)
            if parts[:depth] == root.parts and len(parts) > depth:
                return Place(str(root), parts[depth:-1], parts[-1])
        raise ObjectForbidden(f"{uri} lies below no directory that the worker may use")


@contextmanager
def entered(place: Place, uri: ObjectUri, create: bool = False) -> Iterator[int]:
    """Yield a descriptor of the directory that holds the file, which nobody can swap for another.

    Raises `BucketNotFound` without the root. `create` makes the directories below the root.
    """
    with translated(uri, missing=BucketNotFound):
        directory = os.open(place.root, _DIRECTORY)
    try:
        with translated(uri, missing=ObjectForbidden if create else ObjectNotFound):
            for name in place.directories:
                directory = _replaced(directory, _step(directory, name, create))
        yield directory
    finally:
        os.close(directory)


def _step(directory: int, name: str, create: bool) -> int:
    if create:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=directory)
    return os.open(name, _DIRECTORY | os.O_NOFOLLOW, dir_fd=directory)


def _replaced(old: int, new: int) -> int:
    os.close(old)
    return new
