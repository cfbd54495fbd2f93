"""Which errors of a device's libraries concern one recording, and which the whole process?

torch is known by the names of its errors: whoever runs no network need not import it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from consumer.core.errors import DeviceDead, OutOfMemory

NO_MEMORY = ("out of memory", "can't allocate memory", "ALLOC_FAILED")
"""How CUDA, the CPU allocator and the CUDA libraries say it."""
DEVICE_FAULTS = ("CUDA error", "cuDNN error", "CUBLAS_STATUS", "CUFFT")
"""How the CUDA libraries report a fault; the context is lost after it."""


@contextmanager
def explained() -> Iterator[None]:
    """Raise `OutOfMemory` or `DeviceDead` instead of an error that means it."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        failure = _explain(error)
        if failure is None:
            raise
        try:
            raise failure from error
        finally:
            del failure  # by this name its frames would hold themselves, and memory of the device


def _explain(error: MemoryError | RuntimeError) -> OutOfMemory | DeviceDead | None:
    """Return what an error means for us; None: it is a bug like any other."""
    text = str(error)
    if _is(error, "OutOfMemoryError", NO_MEMORY) or isinstance(error, MemoryError):
        return OutOfMemory(f"it does not fit into the memory of the device: {text}")
    if _is(error, "AcceleratorError", DEVICE_FAULTS):
        return DeviceDead(f"the device failed, this process cannot use it any more: {text}")
    return None


def _is(error: Exception, name: str, signs: tuple[str, ...]) -> bool:
    """Whether it is torch's error of this name, or one that says the same."""
    kinds = ((kind.__module__.partition(".")[0], kind.__name__) for kind in type(error).__mro__)
    return ("torch", name) in kinds or any(sign in str(error) for sign in signs)
