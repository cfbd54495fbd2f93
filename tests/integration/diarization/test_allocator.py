"""Whether memory that was used once comes back without asking the kernel for it."""

import platform
import subprocess
import sys

import pytest

from consumer.diarization import allocator

LAYERS_ON_THE_DEVICE_THREAD = """
import resource, threading
from consumer.diarization import allocator

def faults_of_a_layer():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    bytearray(200 << 20)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

def resident_mib():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 >> 20

def work():
    faults_of_a_layer()
    print(faults_of_a_layer(), resident_mib())
    allocator.give_back()
    print(resident_mib())

{prepare}
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


def measured(prepare: str) -> list[int]:
    """Page faults of the second layer, resident MiB after it, and once given back."""
    code = LAYERS_ON_THE_DEVICE_THREAD.format(prepare=prepare)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return [int(number) for number in done.stdout.split()]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc alone has these switches")
def test_a_second_layer_finds_the_memory_of_the_first() -> None:
    mapped_anew, _, _ = measured("pass")
    kept, resident, given_back = measured("assert allocator.keep_freed_memory()\n" * 2)

    assert mapped_anew > 1000
    assert kept < 100
    assert resident > 200
    assert given_back < 100


def test_another_libc_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: str) -> None:
        raise ValueError("unrecognized configuration name")

    monkeypatch.setattr("os.confstr", unknown)

    assert not allocator.keep_freed_memory()
    allocator.give_back()
