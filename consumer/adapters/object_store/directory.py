"""How do directories of this machine serve as an object store?"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from consumer.adapters.object_store.file_errors import translated
from consumer.adapters.object_store.open_file import etag_of, open_file
from consumer.adapters.object_store.rooted import Roots, entered
from consumer.adapters.object_store.whole import read_whole
from consumer.core.errors import ObjectForbidden, ObjectNotFound
from consumer.core.ports import OpenObject
from schemas.uri import ObjectUri

# Without O_NONBLOCK the opening of a pipe would wait for its writer.
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_DRAFT = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


class DirectoryObjectStore:
    """The `ObjectStore` port on files below given roots. Symbolic links below a root are refused.

    Files have no versions. What an etag says of a file is told in `open_file`.
    """

    def __init__(self, roots: Iterable[Path]) -> None:
        self._roots = Roots(roots)

    @contextmanager
    def open(self, uri: ObjectUri, version_id: str | None = None) -> Iterator[OpenObject]:
        """Open a regular file."""
        if version_id is not None:
            raise ObjectNotFound(f"{uri} has no version {version_id!r}: files have no versions")
        place = self._roots.place(uri)
        with entered(place, uri) as directory, translated(uri):
            descriptor = os.open(place.name, _READ, dir_fd=directory)
        try:
            yield open_file(uri, descriptor)
        finally:
            os.close(descriptor)

    def read(self, uri: ObjectUri, max_bytes: int) -> bytes:
        """Return a small file whole; raises `ObjectTooLarge`."""
        with self.open(uri) as opened:
            return read_whole(opened, uri, max_bytes)

    def create(self, uri: ObjectUri, data: bytes, content_type: str) -> str:
        """Write the file whole or not at all, with its directories; files have no content type."""
        place = self._roots.place(uri)
        with (
            entered(place, uri, create=True) as directory,
            translated(uri, missing=ObjectForbidden),
        ):
            return _create(directory, place.name, data)


def _create(directory: int, name: str, data: bytes) -> str:
    draft = f".{token_hex(8)}.part"
    descriptor = os.open(draft, _DRAFT, 0o666, dir_fd=directory)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            etag = etag_of(data, file.fileno())
        # A rename would replace what is there; a link is refused.
        os.link(draft, name, src_dir_fd=directory, dst_dir_fd=directory, follow_symlinks=False)
        os.fsync(directory)
    finally:
        os.unlink(draft, dir_fd=directory)
    return etag
