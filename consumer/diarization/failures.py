"""Which errors of the device concern one recording, and which the whole process."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from consumer.core.errors import DeviceDead, OutOfMemory

NO_MEMORY = ("out of memory", "can't allocate memory", "ALLOC_FAILED")
"""How CUDA, the CPU allocator and the CUDA libraries say it."""
DEVICE_FAULTS = ("CUDA error", "cuDNN error", "CUBLAS_STATUS", "CUFFT")
"""How the CUDA libraries report a fault; the context is lost after it."""


def explain(error: Exception) -> OutOfMemory | DeviceDead | None:
    """Return what an error of torch means for us; None: it is a bug like any other."""
    text = str(error)
    if isinstance(error, MemoryError | torch.OutOfMemoryError) or _any_of(NO_MEMORY, text):
        return OutOfMemory(f"the recording does not fit into the memory of the device: {text}")
    if isinstance(error, torch.AcceleratorError) or _any_of(DEVICE_FAULTS, text):
        return DeviceDead(f"the device failed, this process cannot use it any more: {text}")
    return None


@contextmanager
def explained() -> Iterator[None]:
    """Raise what an error of torch means for us instead of it, if it means anything."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        failure = explain(error)
        if failure is None:
            raise
        raise failure from error


def _any_of(signs: tuple[str, ...], text: str) -> bool:
    return any(sign in text for sign in signs)
