"""How do samples get from a child to the worker without a copy and without trust?

The child writes into anonymous memory that the worker made. Once it says that it is done, the
worker seals the memory: nobody can write to it again; if the child kept a way to, the seal fails.
"""

import fcntl
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from consumer.adapters.audio.wire import SAMPLE_BYTES, ProtocolViolation

_SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL


@contextmanager
def anonymous_memory() -> Iterator[int]:
    """Yield the descriptor of empty, growing, sealable memory; mappings outlive the descriptor."""
    descriptor = os.memfd_create("samples", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def read_only(descriptor: int) -> Iterator[int]:
    """Yield a descriptor of the same file that cannot write and has a position of its own."""
    own = os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield own
    finally:
        os.close(own)


def sealed_samples(descriptor: int, samples: int) -> memoryview:
    """Seal the memory and map it as that many float32. Raises `ProtocolViolation`.

    The mapping is private: whoever writes to it after all changes only what that worker sees.
    """
    try:
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
    except OSError as error:
        raise ProtocolViolation("the decoder kept a way to change its samples") from error
    if os.fstat(descriptor).st_size != samples * SAMPLE_BYTES:
        raise ProtocolViolation("the decoder wrote another number of samples than it said")
    mapping = mmap.mmap(descriptor, samples * SAMPLE_BYTES, access=mmap.ACCESS_COPY)
    # A view of floats; the type of the port leaves the element open, which mypy reads as int.
    return cast("memoryview", memoryview(mapping).cast("f"))
