"""Which system calls may a decoder child still make, once it has everything it needs?

A list of what is allowed, enforced by the kernel without any privilege: work on descriptors that
are already open, memory, time and leaving. There is no way on it to a file, a socket, another
process or a looser limit; whatever is not listed fails with EPERM. Two look harmless and are not:
tgkill reaches the threads of other processes, and fcntl lets the kernel send signals for it.
"""

import ctypes
import errno
import platform
from typing import ClassVar

_ALLOWED = {
    # name: (x86_64, aarch64)
    "brk": (12, 214),
    "clock_gettime": (228, 113),
    "clock_nanosleep": (230, 115),
    "close": (3, 57),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "fstat": (5, 80),
    "futex": (202, 98),
    "getpid": (39, 172),
    "getrandom": (318, 278),
    "getrusage": (98, 165),
    "gettid": (186, 178),
    "gettimeofday": (96, 169),
    "lseek": (8, 62),
    "madvise": (28, 233),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "mremap": (25, 216),
    "munmap": (11, 215),
    "newfstatat": (262, 79),
    "poll": (7, 73),
    "pread64": (17, 67),
    "pwrite64": (18, 68),
    "read": (0, 63),
    "recvmsg": (47, 212),
    "restart_syscall": (219, 128),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sched_getaffinity": (204, 123),
    "sched_yield": (24, 124),
    "sendmsg": (46, 211),
    "sendto": (44, 206),
    "sigaltstack": (131, 132),
    "write": (1, 64),
}
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Column of the table above, and the kernel's number for the architecture (AUDIT_ARCH_...)."""

_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER_OFFSET, _ARCHITECTURE_OFFSET = 0, 4
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM
_PR_SET_SECCOMP, _FILTER_MODE = 22, 2


class _Instruction(ctypes.Structure):
    _fields_: ClassVar = [
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("operand", ctypes.c_uint32),
    ]


class _Program(ctypes.Structure):
    _fields_: ClassVar = [
        ("length", ctypes.c_uint16),
        ("instructions", ctypes.POINTER(_Instruction)),
    ]


def allow_only_decoding(libc: ctypes.CDLL) -> bool:
    """Install the filter for the rest of this process; False where kernel or machine have none.

    Needs no_new_privs to be set already.
    """
    if platform.machine() not in _MACHINES:
        return False
    instructions = _instructions(*_MACHINES[platform.machine()])
    array = (_Instruction * len(instructions))(*instructions)
    program = _Program(len(instructions), array)
    installed: int = libc.prctl(_PR_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0)
    return installed == 0


def _instructions(column: int, architecture: int) -> list[_Instruction]:
    numbers = [row[column] for row in _ALLOWED.values()]
    checks = [
        # The last instruction allows; jumps count from the one after themselves.
        _Instruction(_JUMP_IF_EQUAL, len(numbers) - position, 0, number)
        for position, number in enumerate(numbers)
    ]
    return [
        _Instruction(_LOAD, 0, 0, _ARCHITECTURE_OFFSET),
        _Instruction(_JUMP_IF_EQUAL, 1, 0, architecture),
        _Instruction(_RETURN, 0, 0, _KILL),
        _Instruction(_LOAD, 0, 0, _NUMBER_OFFSET),
        *checks,
        _Instruction(_RETURN, 0, 0, _REFUSE),
        _Instruction(_RETURN, 0, 0, _ALLOW),
    ]
