"""Which shapes do device batches have?

Rounding depends on shapes: libraries choose another algorithm for another batch size. So that the
answer about a recording never depends on its company, a network meets the same few shapes always,
and what a batch lacks is filled up with zeros.
"""

from dataclasses import dataclass

import torch


@dataclass(frozen=True, slots=True)
class Shapes:
    """The canonical shapes on one kind of device."""

    segmentation: int
    """Windows per batch; at least 2, since an LSTM rounds one alone differently."""
    trunk: int
    """Windows per batch of the embedding network; more where one alone rounds differently."""
    crop_step: int
    """Feature frames by which crops of windows differ in length."""
    rows: int | None = None
    """Voices per batch of the last layer; None: as many as in stock's batches."""


CPU = Shapes(segmentation=4, trunk=1, crop_step=128)
"""One window keeps a core as busy as many, so none is ever computed in vain."""
CUDA = Shapes(segmentation=32, trunk=32, crop_step=256, rows=96)


def shapes_for(device: torch.device) -> Shapes:
    """Return the shapes that suit a kind of device."""
    return CPU if device.type == "cpu" else CUDA
