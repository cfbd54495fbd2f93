"""What can a decoder child still reach, should a file take it over?

Its own memory, the descriptors that it was handed and the socket to the worker. A layer that the
machine refuses (a container without user namespaces, an old kernel) is left out; the others hold.
"""

import ctypes
import os
import resource
import signal
import sys

from consumer.adapters.audio.seccomp import allow_only_decoding

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_DESCRIPTORS = 8
"""Standard ones (the socket is one of them), the file, the samples, and what Python holds."""
_NICENESS = 10
"""The threads that feed the device go first."""


def die_with_parent(parent_pid: int) -> None:
    """Let the kernel kill this process when the thread that started it is gone."""
    _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:
        sys.exit("the worker died before its decoder was up")


def seal(memory_bytes: int, file_bytes: int) -> bool:
    """Give up everything but decoding; returns whether system calls are filtered too.

    `memory_bytes` counts from what is mapped now; no file may be written beyond `file_bytes`.
    """
    libc = _libc()
    os.nice(_NICENESS)
    _silence_standard_error()
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    _limit(resource.RLIMIT_AS, _mapped_bytes() + memory_bytes)
    _limit(resource.RLIMIT_FSIZE, file_bytes)
    _limit(resource.RLIMIT_NOFILE, _DESCRIPTORS)
    _limit(resource.RLIMIT_CORE, 0)
    return allow_only_decoding(libc)


def _limit(kind: int, value: int) -> None:
    """Lower a limit, soft and hard; one that is lower already stays."""
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def _mapped_bytes() -> int:
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[0]) * resource.getpagesize()


def _silence_standard_error() -> None:
    """Until here a failed import may speak; foreign bytes have no business in the worker's log."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
