"""What can code do that took over a decoder child?"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import consumer
from tests.conftest import unavailable

INTRUDER = """
import ctypes, fcntl, json, os, resource, socket, sys
from consumer.adapters.audio.sandbox import seal

readable, writable, parent = sys.argv[1], sys.argv[2], os.getppid()
report = os.dup(1)
kept = socket.socketpair()
libc = ctypes.CDLL(None, use_errno=True)
filtered = seal(64 << 20, 1 << 20)

def tried(deed):
    try:
        deed()
    except (OSError, ValueError, MemoryError) as error:
        return type(error).__name__
    return "done"

def signal_a_thread():
    if libc.tgkill(parent, parent, 0) != 0:
        raise OSError(ctypes.get_errno(), "tgkill")

deeds = {
    "read a file": lambda: os.open(readable, os.O_RDONLY),
    "write a file": lambda: os.open(writable, os.O_WRONLY | os.O_CREAT),
    "delete a file": lambda: os.unlink(readable),
    "list a directory": lambda: os.listdir("/"),
    "open a socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
    "open a local socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
    "run a program": lambda: os.execv("/bin/true", ["true"]),
    "fork": lambda: os._exit(0) if os.fork() == 0 else None,
    "signal the worker": lambda: os.kill(parent, 0),
    "signal a thread of the worker": signal_a_thread,
    "have the kernel signal the worker": lambda: fcntl.fcntl(kept[0], fcntl.F_SETOWN, parent),
    "loosen a limit": lambda: resource.setrlimit(resource.RLIMIT_CPU, (-1, -1)),
    "take more memory": lambda: bytearray(256 << 20),
    "compute": lambda: sum(range(1000)),
    "read what it was given": lambda: os.read(0, 1),
}
answers = {name: tried(deed) for name, deed in deeds.items()}
os.write(report, json.dumps({"filtered": filtered, "answers": answers}).encode())
os._exit(0)
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What became of each deed behind the lock."""
    directory = tmp_path_factory.mktemp("intruder")
    readable, writable = directory / "readable", directory / "writable"
    readable.write_text("secret")
    root = Path(consumer.__file__).parents[1]
    run = subprocess.run(
        [sys.executable, "-c", INTRUDER, str(readable), str(writable)],
        env={**os.environ, "PYTHONPATH": str(root)},
        input=b"given",
        capture_output=True,
        timeout=60,
        check=True,
    )
    report = json.loads(run.stdout)
    if not report["filtered"]:
        unavailable("the kernel filters no system calls", "tests of the sandbox")
    found: dict[str, str] = report["answers"]
    return found


@pytest.mark.parametrize(
    "deed",
    [
        "read a file",
        "write a file",
        "delete a file",
        "list a directory",
        "open a socket",
        "open a local socket",
        "run a program",
        "fork",
        "signal the worker",
        "signal a thread of the worker",
        "have the kernel signal the worker",
    ],
)
def test_the_world_is_out_of_reach(answers: dict[str, str], deed: str) -> None:
    assert answers[deed] == "PermissionError"


def test_limits_cannot_be_loosened(answers: dict[str, str]) -> None:
    assert answers["loosen a limit"] in {"PermissionError", "ValueError"}
    assert answers["take more memory"] == "MemoryError"


@pytest.mark.parametrize("deed", ["compute", "read what it was given"])
def test_the_work_itself_goes_on(answers: dict[str, str], deed: str) -> None:
    assert answers[deed] == "done"
