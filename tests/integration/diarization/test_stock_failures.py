"""Whether what stock fails with is told apart: one recording, the device, or a bug."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from consumer.core.errors import DeviceDead, OutOfMemory
from consumer.core.model import Diarization, Recording
from tests.fakes.speech import waveform
from tests.fakes.steps import diarized

pytestmark = pytest.mark.usefixtures("muted")

Samples = NDArray[np.float32]


def failing(*errors: Exception | None) -> Any:
    """A pipeline that fails in turn as told."""
    from pyannote.core import Annotation

    turns = iter(errors)

    def pipeline(*_: object, **__: object) -> Any:
        error = next(turns)
        if error is not None:
            raise error
        return Annotation()

    return pipeline


def out_of_memory() -> list[Exception]:
    import torch

    try:
        torch.empty(2**60, dtype=torch.uint8)
    except RuntimeError as error:
        return [error, MemoryError("batch_size"), torch.OutOfMemoryError("CUDA out of memory.")]
    raise AssertionError("this machine has an exbibyte of memory")


def test_a_recording_too_large_for_the_device_is_told_at_once(call: Samples) -> None:
    from consumer.diarization.stock import StockDiarizer

    recording = Recording(waveform(call))
    for error in out_of_memory():
        steps = StockDiarizer(failing(None, error)).diarize([recording] * 3)

        ((number, conclude),) = next(steps)
        assert number == 0
        assert isinstance(conclude(), Diarization)
        with pytest.raises(OutOfMemory):
            next(steps)


@pytest.mark.parametrize(
    "message",
    [
        "CUDA error: device-side assert triggered",
        "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm`",
        "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED",
    ],
)
def test_a_dead_device_ends_the_batch(call: Samples, message: str) -> None:
    from consumer.diarization.stock import StockDiarizer

    diarizer = StockDiarizer(failing(None, RuntimeError(message)))

    with pytest.raises(DeviceDead, match=message[:12]):
        diarized(diarizer, [Recording(waveform(call))] * 2)


def test_a_bug_is_not_taken_for_anything_else(call: Samples) -> None:
    from consumer.diarization.stock import StockDiarizer

    diarizer = StockDiarizer(failing(RuntimeError("shape mismatch")))

    with pytest.raises(RuntimeError, match="shape mismatch"):
        diarized(diarizer, [Recording(waveform(call))])
