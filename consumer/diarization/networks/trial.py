"""Does the answer about a window depend on its company, and what memory does a batch take?

Libraries promise neither, so both are tried when a model is loaded. Stock has nothing like it: its
batches hold one recording, and their size is configured.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from consumer.diarization.networks.excerpts import Excerpt
from consumer.diarization.networks.networks import Networks
from consumer.diarization.networks.sound import Sound
from consumer.diarization.networks.windows import Windowing

T = TypeVar("T")
Rows = NDArray[np.float32]

ORDER = (3, 0, 7, 1, 6, 2, 5, 4)
"""In which windows are put together; eight, so that no batch of an accelerator is full."""
A_WORD = 0.1
"""Of a window: the trunk sees little more than this, so that a trial takes a second on a CPU."""
ALL_OF_IT = 1.0
"""The trunk sees whole windows, which take the most memory."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial run of the networks showed."""

    is_steady: bool
    """A window has the same bits alone, in company, and in any place of a batch."""
    bytes_per_lane: int
    """What a batch takes of the device, weights apart; 0 on a CPU."""


def try_out(networks: Networks, windowing: Windowing, device: torch.device) -> Trial:
    """Run noise through the networks, alone and in company."""

    def scores(windows: Sequence[tuple[Sound, int]]) -> Rows:
        return networks.segmentation.scores(windows).cpu().numpy()

    before = _used(device)
    spoken = [A_WORD] if device.type == "cpu" else [A_WORD, ALL_OF_IT]
    with torch.inference_mode():
        sound = _noise(windowing, device)
        steady = [_is_steady(scores, _windows(sound), networks.shapes.segmentation)]
        for share in spoken:
            excerpts = _excerpts(networks, sound, share)
            for network in filter(None, (networks.embedding, networks.rounded_embedding)):
                steady.append(_is_steady(network, excerpts, network.batch))
    return Trial(all(steady), _peak(device) - before)


def _noise(windowing: Windowing, device: torch.device) -> Sound:
    samples = windowing.samples + (len(ORDER) - 1) * windowing.step
    noise = torch.randn(samples, generator=torch.Generator().manual_seed(0)) / 10
    return Sound(noise.to(device), len(ORDER))


def _windows(sound: Sound) -> list[tuple[Sound, int]]:
    return [(sound, window) for window in range(sound.windows)]


def _excerpts(networks: Networks, sound: Sound, spoken: float) -> list[Excerpt]:
    """Return windows in whose first part everybody speaks; `spoken` is its share."""
    heard = networks.begin(sound)
    _, frames, speakers = heard.masks.shape
    pooled = np.zeros((speakers, frames), np.uint8)
    pooled[:, : round(frames * spoken)] = 1
    crop = networks.embedding.crop(pooled)
    assert crop is not None  # noqa: S101 - everybody speaks
    return [Excerpt(heard, window, crop, pooled) for window in range(sound.windows)]


def _is_steady(network: Callable[[Sequence[T]], Rows], items: list[T], batch: int) -> bool:
    """Compare what the network says of each item alone with what it says in company."""
    if batch == 1:
        return True  # there never is any company
    alone = np.stack([network([item])[0] for item in items])
    together = np.empty_like(alone)
    for begin in range(0, len(ORDER), batch):
        places = list(ORDER[begin : begin + batch])
        together[places] = network([items[place] for place in places])
    return np.array_equal(alone, together)


def _used(device: torch.device) -> int:
    """Return the bytes in use, and count their peak from here."""
    if device.type != "cuda":
        return 0
    torch.cuda.reset_peak_memory_stats(device)
    return torch.cuda.memory_allocated(device)


def _peak(device: torch.device) -> int:
    return torch.cuda.max_memory_allocated(device) if device.type == "cuda" else 0
