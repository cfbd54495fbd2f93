"""Where do the networks read a recording?"""

import warnings
from dataclasses import dataclass

import torch
from torch import Tensor

from consumer.core.model import Waveform
from consumer.diarization.networks.windows import Windowing

STAGED_SAMPLES = 4 * 1024 * 1024
"""What travels to an accelerator at a time: 16 MiB of page-locked memory."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording on the device of the networks, moved there once."""

    samples: Tensor
    """Shape (samples,), float32."""
    windows: int

    def cut(self, start: int, length: int) -> Tensor:
        """Return `length` samples from `start`; zeros where the recording has ended."""
        piece = self.samples[start : start + length]
        missing = length - len(piece)
        return torch.nn.functional.pad(piece, (0, missing)) if missing else piece


def place(waveform: Waveform, windowing: Windowing, device: torch.device) -> Sound:
    """Bring a waveform to the device; on the CPU its own buffer is read."""
    with warnings.catch_warnings():
        # The buffer is read-only, and so are we.
        warnings.simplefilter("ignore")
        samples = torch.frombuffer(waveform.samples, dtype=torch.float32)
    windows = windowing.count(len(samples))
    return Sound(samples if device.type == "cpu" else _moved(samples, device), windows)


def _moved(samples: Tensor, device: torch.device) -> Tensor:
    """Copy through two page-locked buffers, one of which is filled while the other travels."""
    moved = torch.empty(len(samples), dtype=torch.float32, device=device)
    buffers = [torch.empty(STAGED_SAMPLES, pin_memory=True) for _ in range(2)]
    arrived = [torch.cuda.Event() for _ in buffers]  # type: ignore[no-untyped-call]
    stream = torch.cuda.current_stream(device)  # the device need not be the current one
    for turn, start in enumerate(range(0, len(samples), STAGED_SAMPLES)):
        buffer, event = buffers[turn % 2], arrived[turn % 2]
        event.synchronize()
        piece = buffer[: len(samples) - start].copy_(samples[start : start + STAGED_SAMPLES])
        moved[start : start + STAGED_SAMPLES].copy_(piece, non_blocking=True)
        event.record(stream)
    stream.synchronize()
    return moved
