"""Which bytes does an open file hold, and are they still the same after they were read?

A small file is read at once: its etag is the SHA-256 of what is then delivered, so a copy keeps its
name. A large one would have to be read twice for that: its etag names the state of the file
(modification time, size, inode), which any write changes, and a copy is another recording.
"""

import os
import stat
from collections.abc import Iterator
from hashlib import sha256

from consumer.adapters.object_store.file_errors import translated
from consumer.core.errors import ObjectChanged, ObjectForbidden, ObjectNotFound
from consumer.core.model import ObjectIdentity
from consumer.core.ports import OpenObject
from schemas.uri import ObjectUri

SMALL_BYTES = 8 << 20
CHUNK_BYTES = 1 << 20


class HeldFile:
    """A small file, read already."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.identity = ObjectIdentity(sha256(content).hexdigest(), None, len(content))

    def chunks(self) -> Iterator[bytes]:
        """Yield the content, which nobody can change any more."""
        for start in range(0, len(self._content), CHUNK_BYTES):
            yield self._content[start : start + CHUNK_BYTES]


class LargeFile:
    """A file that is read when asked for. Borrows the descriptor."""

    def __init__(self, uri: ObjectUri, descriptor: int) -> None:
        self._uri = uri
        self._descriptor = descriptor
        with translated(uri):
            self._state = os.fstat(descriptor)
        self.identity = ObjectIdentity(_state_etag(self._state), None, self._state.st_size)

    def chunks(self) -> Iterator[bytes]:
        """Yield the content; raises `ObjectChanged` at its end when it was written to meanwhile.

        A file that was replaced by a rename is delivered as it was opened.
        """
        position = 0
        while chunk := self._read(position):
            position += len(chunk)
            yield chunk
        with translated(self._uri):
            state = os.fstat(self._descriptor)
        if position != self.identity.size_bytes or _state_etag(state) != self.identity.etag:
            raise ObjectChanged(f"{self._uri} was written to while it was read")

    def _read(self, position: int) -> bytes:
        wanted = min(CHUNK_BYTES, self.identity.size_bytes - position)
        with translated(self._uri):
            return os.pread(self._descriptor, wanted, position)


def open_file(uri: ObjectUri, descriptor: int) -> OpenObject:
    """Return what the descriptor holds; refuses what is no regular file. Borrows the descriptor."""
    with translated(uri):
        mode = os.fstat(descriptor).st_mode
    if stat.S_ISDIR(mode):
        raise ObjectNotFound(f"{uri} is a directory, not a file")
    if not stat.S_ISREG(mode):
        raise ObjectForbidden(f"{uri} is not a regular file")
    file = LargeFile(uri, descriptor)
    if file.identity.size_bytes > SMALL_BYTES:
        return file
    return HeldFile(b"".join(file.chunks()))


def etag_of(content: bytes, descriptor: int) -> str:
    """Return the etag that a file just written will be opened with."""
    if len(content) > SMALL_BYTES:
        return _state_etag(os.fstat(descriptor))
    return sha256(content).hexdigest()


def _state_etag(state: os.stat_result) -> str:
    return f"{state.st_mtime_ns:x}-{state.st_size:x}-{state.st_ino:x}"
