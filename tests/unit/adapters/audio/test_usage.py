"""Whether the kernel's account of a process is read as it is written."""

import os
import subprocess
import sys
import time

import pytest

from consumer.adapters.audio.usage import Usage


def test_memory_that_a_process_takes_is_seen() -> None:
    usage = Usage(os.getpid())
    before = usage.resident_bytes

    taken = b"x" * (64 * 1024**2)

    grown = usage.resident_bytes - before
    usage.close()
    assert len(taken) * 0.9 <= grown <= len(taken) * 1.5


def test_processor_time_is_that_of_the_process() -> None:
    usage = Usage(os.getpid())

    assert abs(usage.cpu_seconds - time.process_time()) <= 0.05
    usage.close()


def test_a_process_that_is_gone_takes_nothing_and_is_known_to_be_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        usage = Usage(process.pid)

    assert usage.resident_bytes == 0
    with pytest.raises(ProcessLookupError):
        _ = usage.cpu_seconds
    usage.close()
