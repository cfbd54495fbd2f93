"""Can the device of this worker compute, before any job is trusted to it?

A broken device would else condemn the jobs that it kills. Importing this module imports no torch,
and a worker without an accelerator never does so at its start.
"""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from consumer.core.errors import CannotStart, ModelUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch

log = logging.getLogger("turnstream.worker")

ACCELERATORS = ("nvidia[0-9]*", "dxg", "kfd")
"""Under /dev: the driver's own, the one of Windows' Linux, AMD's."""
TOLERANCE = 0.01
"""Relative; devices round differently, and some multiply in short floats."""


class DeviceUnfit(CannotStart):
    """The device is missing, or computes nothing or nonsense."""


def check_device(device: str) -> None:
    """Compute a little on the device and compare; raises `DeviceUnfit` with what to do about it.

    `device` is cpu, cuda (also cuda:1) or auto. The processor itself is believed.
    """
    if device == "cpu" or (device == "auto" and not has_accelerator()):
        return
    picked = _picked(device)
    if picked.type == "cpu":
        log.warning("an accelerator may be here, and torch cannot use it", extra={"device": device})
        return
    try:
        wrong = wrong_answers(picked)
    except RuntimeError as error:
        raise DeviceUnfit(f"device {picked} cannot compute: {error}") from error
    if wrong:
        raise DeviceUnfit(f"device {picked} computes wrongly: {', '.join(wrong)}")


def _picked(device: str) -> "torch.device":
    try:
        from consumer.diarization.devices import pick_device

        return pick_device(device)
    except ImportError as error:
        raise DeviceUnfit(f"device {device} needs torch: install the extra `ml`") from error
    except ModelUnavailable as error:
        raise DeviceUnfit(f"TURNSTREAM_MODELS__DEVICE: {error}") from error


def has_accelerator(root: Path = Path("/dev")) -> bool:
    """Whether a driver offers a device, whatever torch makes of it."""
    return any(next(root.glob(pattern), None) for pattern in ACCELERATORS)


def wrong_answers(device: "torch.device") -> list[str]:
    """Name the computations whose answer differs from the processor's."""
    import torch

    pairs = zip(answers(torch.device("cpu")), answers(device), strict=True)
    return [name for (name, true), (_, found) in pairs if not is_close(found, true)]


def answers(device: "torch.device") -> "Iterator[tuple[str, torch.Tensor]]":
    """Ask each of the libraries that the models use, a little, always the same."""
    import torch

    signal = torch.linspace(0, 300, 65_536).sin().to(device)
    square = signal.reshape(256, 256)
    yield "matrix product", square @ square.T
    yield "Fourier transform", torch.fft.rfft(signal).abs()
    yield "convolution", torch.nn.functional.conv1d(signal[None, None], square[None, :1])


def is_close(found: "torch.Tensor", true: "torch.Tensor") -> bool:
    """Whether two answers differ by no more than rounding."""
    return bool(((found.cpu() - true).abs() <= TOLERANCE * true.abs().max()).all())
