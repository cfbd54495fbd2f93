"""The fake memory and the real ones, of which the same is asked."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import torch

from consumer.core.device_memory import DeviceMemory
from consumer.diarization.cuda_memory import CudaMemory
from consumer.diarization.device_memory import HostMemory
from tests.fakes.device_memory import FakeDeviceMemory

LIMIT_BYTES = 123


@dataclass(frozen=True, slots=True)
class Device:
    """A memory, and how to take some of it until what is returned is forgotten."""

    memory: DeviceMemory
    take: Callable[[int], object]


@pytest.fixture(params=["fake", "host", "cuda"])
def device(request: pytest.FixtureRequest) -> Device:
    """Each implementation of the port in turn."""
    if request.param == "fake":
        fake = FakeDeviceMemory(limit_bytes=LIMIT_BYTES)
        return Device(fake, lambda size: _Taken(fake, size))
    if request.param == "host":
        return Device(HostMemory(LIMIT_BYTES), lambda size: torch.zeros(size, dtype=torch.uint8))
    if not torch.cuda.is_available():
        pytest.skip("this machine has no CUDA device")
    cuda = torch.device("cuda")
    return Device(
        CudaMemory(cuda, LIMIT_BYTES),
        lambda size: torch.zeros(size, dtype=torch.uint8, device=cuda),
    )


class _Taken:
    """Gives its memory back when it is forgotten, as a tensor does."""

    def __init__(self, memory: FakeDeviceMemory, size: int) -> None:
        memory.take(size)
        self._memory, self._size = memory, size

    def __del__(self) -> None:
        self._memory.give_back(self._size)
