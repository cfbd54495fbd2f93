"""Where do downloaded bytes wait for their decoder?"""

import os
from hashlib import sha256
from typing import Self


class Spool:
    """Anonymous memory behind a file descriptor.

    No path to leak or to clean up, gone with the process.
    """

    def __init__(self) -> None:
        self.file_descriptor = os.memfd_create("audio", os.MFD_CLOEXEC)
        self.size_bytes = 0
        self._digest = sha256()

    def write(self, chunk: bytes) -> None:
        self._digest.update(chunk)
        self.size_bytes += len(chunk)
        view = memoryview(chunk)
        while view:
            view = view[os.write(self.file_descriptor, view) :]

    @property
    def sha256(self) -> str:
        """Of everything written so far, in lower-case hex."""
        return self._digest.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        os.close(self.file_descriptor)
