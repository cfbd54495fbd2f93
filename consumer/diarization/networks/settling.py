"""Which shapes give the bits of stock's on this processor?

Stock runs whole windows, many together. Wide trunks come out equal when a window is alone or
cropped; narrow ones may not, since other code computes their small products. Neither stock nor the
papers know this step: it is what "the same turns" takes on a processor. What is left to chance is a
narrow trunk whose window stands alone in the last of stock's batches.
"""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from consumer.diarization.networks.crops import STRIDE, Cropping

RunTrunk = Callable[[Tensor], Tensor]
"""Returns (windows, channels, bins, outputs) for features (windows, frames, mel bins)."""

COMPANY = 2
"""Windows; from two on batches agree."""


def settle(trunk: RunTrunk, bins: int, cropping: Cropping, batch: int) -> tuple[int, Cropping]:
    """Return a batch size of at least `batch`, and the crops that keep all bits, tried on noise."""
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn(max(batch, COMPANY), cropping.frames, bins, generator=generator)
    with torch.inference_mode():
        whole = trunk(noise)
        if not torch.equal(trunk(noise[:batch]), whole[:batch]):
            batch = COMPANY
        exact = tuple(
            length
            for length in cropping.lengths
            if _is_exact(trunk, noise[:batch], whole[:batch], cropping, length)
        )
    return batch, replace(cropping, lengths=exact)


def _is_exact(
    trunk: RunTrunk, windows: Tensor, whole: Tensor, cropping: Cropping, length: int
) -> bool:
    """Compare the frames that a crop from the middle is good for with those of whole windows."""
    start = (cropping.frames - length) // 2 // STRIDE * STRIDE
    cropped = trunk(windows[:, start : start + length])
    edge = -(-cropping.radius // STRIDE)
    inner = slice(edge, cropped.shape[-1] - edge)
    first = start // STRIDE
    same = whole[..., first : first + cropped.shape[-1]]
    return torch.equal(cropped[..., inner], same[..., inner])
