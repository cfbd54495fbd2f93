"""How a server dies with the process that started it, even when that one is killed.

Run as a script: `leash.py PARENT_PID COMMAND...` asks the kernel for SIGKILL at the parent's death
and becomes the command. It stands between the two because code between fork and exec is unsafe in
a process that has threads.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    """Become the command; end without it when the parent is already gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == parent:
        os.execvp(command[0], command)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
