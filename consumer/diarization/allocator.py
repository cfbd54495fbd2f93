"""How glibc keeps the memory of activations instead of giving it back after every layer.

A network on the CPU asks for hundreds of megabytes per layer. glibc maps such blocks anew each
time and the kernel zeroes them page by page: half of the time that diarization spends.
"""

import ctypes
import os

# Parameters of mallopt, from glibc's <malloc.h>.
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3
M_ARENA_MAX = -8
LARGEST = 2**31 - 1
"""Bytes; mallopt takes an int."""


def keep_freed_memory() -> bool:
    """Let freed memory stay with the process; tell whether glibc agreed.

    Call it once, before the first model is loaded and before threads are started: all threads
    then share one heap, since the heaps of threads other than the first are too small for
    activations. Calling it again changes nothing. The process keeps what its largest recording
    needed until `give_back` is called.
    """
    glibc = _glibc()
    if glibc is None:
        return False
    wanted = ((M_ARENA_MAX, 1), (M_MMAP_THRESHOLD, LARGEST), (M_TRIM_THRESHOLD, LARGEST))
    return all(glibc.mallopt(parameter, value) == 1 for parameter, value in wanted)


def give_back() -> None:
    """Return freed memory to the operating system."""
    glibc = _glibc()
    if glibc is not None:
        glibc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    try:
        version = os.confstr("CS_GNU_LIBC_VERSION")
    except (AttributeError, ValueError, OSError):
        return None
    return ctypes.CDLL(None) if version else None
