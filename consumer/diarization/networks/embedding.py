"""How does each speaker of a window sound?

WeSpeaker's residual networks: a trunk over the filter banks of a window, statistics over the frames
in which one speaker talks, one linear layer. Stock runs the trunk for each speaker of a window; its
output is the same for all of them.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pyannote.audio.models.embedding.wespeaker import BaseWeSpeakerResNet
from torch import Tensor
from torch.nn.functional import interpolate

from consumer.diarization.networks.arithmetic import Mode
from consumer.diarization.networks.crops import Crop, cropping
from consumer.diarization.networks.excerpts import Excerpt
from consumer.diarization.networks.features import Features, FilterBanks
from consumer.diarization.networks.last_layer import LastLayer
from consumer.diarization.networks.settling import settle
from consumer.diarization.networks.shapes import Shapes
from consumer.diarization.networks.sound import Sound
from consumer.diarization.networks.trunk import Trunk
from consumer.diarization.networks.windows import Windowing


class SpeakerEmbedding:
    """An embedding network, asked about batches of a few shapes."""

    def __init__(
        self,
        network: BaseWeSpeakerResNet,
        windowing: Windowing,
        frames: int,
        shapes: Shapes,
        last_layer: LastLayer,
        mode: Mode = nullcontext,
    ) -> None:
        """`frames` is the number of segmentation frames in a window; `mode` is the trunk's."""
        resnet: Any = network.resnet
        self._network = resnet
        self._run_trunk = Trunk(resnet)
        self._device = network.device
        self._last_layer = last_layer
        self._mode = mode
        self._banks = FilterBanks(network, windowing.samples, windowing.step)
        self._outputs: int = self._network.num_frames(self._banks.frames)
        crops = cropping(self._network, self._banks.frames, shapes.crop_step)
        self.batch, self._cropping = shapes.trunk, crops
        """Windows."""
        if self._device.type == "cpu":
            self.batch, self._cropping = settle(
                self._run_trunk, self._banks.bins, crops, shapes.trunk
            )
        self._mask_frames = self._pooled_frames(frames)
        with torch.inference_mode():
            nothing = torch.zeros(1, resnet.pool_out_dim, device=self._device)
            self.unheard: NDArray[np.float32] = resnet.seg_1(nothing)[0].cpu().numpy()
        """The embedding of a speaker without a frame, shape (dimension,)."""

    def features(self, sound: Sound) -> Features:
        return Features(self._banks, sound)

    def crop(self, pooled: NDArray[np.uint8]) -> Crop | None:
        """Return what the trunk must see of a window; None: nobody is heard in it.

        `pooled` are the frames to pool over, shape (local speakers, frames).
        """
        heard = np.flatnonzero(pooled[:, self._mask_frames].any(axis=0))
        return self._cropping.around(int(heard[0]), int(heard[-1])) if len(heard) else None

    def __call__(self, excerpts: Sequence[Excerpt]) -> NDArray[np.float32]:
        """Embed the speakers of at most one batch of excerpts of one length.

        Shape (excerpts, local speakers, dimension).
        """
        pooled = np.stack([excerpt.pooled for excerpt in excerpts])
        weights = torch.zeros(self.batch, *pooled.shape[1:], device=self._device)
        weights[: len(pooled)] = torch.from_numpy(pooled)
        statistics = self._network.pool(self._trunk(excerpts), weights=weights)[: len(pooled)]
        embeddings: NDArray[np.float32] = self._last_layer(statistics, excerpts).cpu().numpy()
        return embeddings

    def _trunk(self, excerpts: Sequence[Excerpt]) -> Tensor:
        """Return the trunk's output over whole windows; zero where nobody is heard."""
        length = excerpts[0].crop.length
        shape = self.batch, length, self._banks.bins
        batch = torch.zeros(shape, device=self._device)
        for row, excerpt in zip(batch, excerpts, strict=False):
            start = excerpt.crop.start
            row.copy_(excerpt.heard.features.window(excerpt.window)[start : start + length])
        with self._mode():
            cropped = self._run_trunk(batch)
        if length == self._banks.frames:
            return cropped
        whole = cropped.new_zeros(*cropped.shape[:-1], self._outputs)
        for row, part, excerpt in zip(whole, cropped, excerpts, strict=False):
            first = excerpt.crop.first_output
            row[..., first : first + part.shape[-1]] = part
        return whole

    def _pooled_frames(self, frames: int) -> NDArray[np.int64]:
        """Return which mask frame weighs each output frame: the nearest, as the pooling does."""
        numbers = torch.arange(frames, dtype=torch.float32)[None, None]
        nearest = interpolate(numbers, size=self._outputs, mode="nearest")[0, 0]
        return nearest.numpy().astype(np.int64)
