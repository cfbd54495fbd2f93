"""Whether what the libraries of a device raise is understood, torch itself not being there."""

import gc
import weakref

import pytest

from consumer.core.device_failures import explained
from consumer.core.errors import AudioEmpty, DeviceDead, OutOfMemory


def of_torch(name: str, *bases: type[Exception]) -> type[Exception]:
    """Such a class as torch has; what raises it may say nothing."""
    return type(name, bases or (RuntimeError,), {"__module__": "torch"})


TORCH_OUT_OF_MEMORY = of_torch("OutOfMemoryError")


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        TORCH_OUT_OF_MEMORY(),
        type("HalfPrecisionDoesNotFit", (TORCH_OUT_OF_MEMORY,), {})(),
        RuntimeError("CUDA error: out of memory"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    ],
)
def test_a_lack_of_memory_concerns_what_was_tried(error: Exception) -> None:
    with pytest.raises(OutOfMemory, match="does not fit into the memory") as caught, explained():
        raise error

    assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    "error",
    [
        of_torch("AcceleratorError")(),
        RuntimeError("CUDA error: an illegal memory access was encountered"),
        RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"),
    ],
)
def test_a_fault_of_the_device_concerns_the_process(error: Exception) -> None:
    with pytest.raises(DeviceDead, match="this process cannot use it any more"), explained():
        raise error


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("shapes do not match"),
        type("OutOfMemoryError", (RuntimeError,), {"__module__": "torchlight"})("of its own kind"),
        ValueError("CUDA error"),
        AudioEmpty("no samples"),
    ],
)
def test_whatever_else_goes_wrong_stays_what_it_is(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, explained():
        raise error

    assert caught.value is error


def test_the_frames_that_hold_memory_are_gone_with_the_error() -> None:
    class Tensors:
        """Weak references to it tell whether it is there."""

    def fill_up() -> None:
        tensors = Tensors()
        seen.append(weakref.ref(tensors))
        raise MemoryError

    seen = list[weakref.ref[Tensors]]()
    gc.disable()  # memory must be free at once, not some time
    try:
        try:
            with explained():
                fill_up()
        except OutOfMemory:
            assert seen[0]() is not None
        assert seen[0]() is None
    finally:
        gc.enable()
