"""Whose memory do the models live in, and how much of it do they take?

Importing this module imports no torch; on a machine without an accelerator, looking at the memory
for the first time does.
"""

import re
from collections.abc import Callable
from pathlib import Path

from consumer.core.device_memory import DeviceMemory
from consumer.diarization.allocator import give_back
from consumer.diarization.canary import has_accelerator
from consumer.diarization.runtime import mute_pyannote

STATUS = Path("/proc/self/status")
ANONYMOUS = re.compile(r"^RssAnon:\s+(\d+) kB$", re.MULTILINE)
"""Waveforms and downloads are files in memory, libraries files on disk: neither is counted."""


def device_memory(device: str, limit_bytes: int | None = None) -> DeviceMemory:
    """Return the memory of a device (cpu, cuda, cuda:1, auto), limited if so wished.

    Raises `ModelUnavailable` when this machine has no such device.
    """
    if device == "cpu" or (device == "auto" and not has_accelerator()):
        return HostMemory(limit_bytes)
    # Only now: these import torch.
    from consumer.diarization.cuda_memory import CudaMemory
    from consumer.diarization.devices import pick_device

    picked = pick_device(device)
    return CudaMemory(picked, limit_bytes) if picked.type == "cuda" else HostMemory(limit_bytes)


def import_libraries() -> None:
    """Import what models run on; the first of them would else be charged with it."""
    mute_pyannote()
    import consumer.diarization.engine  # noqa: F401


class HostMemory:
    """What this process holds of the machine's memory, be it weights or whatever else.

    It cannot tell whose that is: what another recording's clustering takes or gives back while a
    model comes or goes counts as the model's, and what a load takes for a moment goes unseen. So
    one measurement is no verdict for ever. Where the kernel does not tell, nothing is in use.
    """

    def __init__(
        self, limit_bytes: int | None = None, prepare: Callable[[], None] = import_libraries
    ) -> None:
        self._limit_bytes = limit_bytes
        self._prepare = prepare

    def capacity_bytes(self) -> int | None:
        return self._limit_bytes

    def used_bytes(self) -> int:
        self._prepare()
        give_back()
        return self.peak_bytes()

    def peak_bytes(self) -> int:
        """Return what is in use now: the kernel knows the peak of a whole life alone."""
        told = STATUS.read_text() if STATUS.exists() else ""
        found = ANONYMOUS.search(told)
        return int(found[1]) * 1024 if found else 0
