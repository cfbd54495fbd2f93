"""In which arithmetic do the networks compute?

TF32 rounds the factors of products to 10 bits and is several times faster on recent accelerators.
Its switch is one for the whole process, so no other convolution or recurrent layer is launched
while it is on: launching takes microseconds, and the work goes on after the switch is off again.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import torch

Mode = Callable[[], AbstractContextManager[None]]
"""Computes what is launched inside in one arithmetic."""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """The modes in which networks are launched."""

    exact: Mode
    rounded: Mode | None
    """For the trunk, whose answers are then certified; None: all of it is exact."""


_LAUNCHING = threading.Lock()


@contextmanager
def _tf32() -> Iterator[None]:
    with _LAUNCHING:
        torch.backends.cudnn.allow_tf32 = True
        try:
            yield
        finally:
            torch.backends.cudnn.allow_tf32 = False


@contextmanager
def _fp32_beside_tf32() -> Iterator[None]:
    with _LAUNCHING:
        yield


FP32 = Arithmetic(nullcontext, None)
TF32 = Arithmetic(_fp32_beside_tf32, _tf32)


def forbid_tf32() -> None:
    """Compute in fp32 unless told otherwise: torch rounds convolutions by default."""
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
