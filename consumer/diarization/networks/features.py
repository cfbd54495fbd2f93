"""What does the embedding network hear? Filter banks, computed once per recording.

Stock computes them anew for every window and every speaker in it. Each frame depends on its own 25
milliseconds alone, so windows that overlap can share them; only the mean that is subtracted belongs
to the window.
"""

import threading
from collections import OrderedDict
from typing import Any

import torch
from pyannote.audio.models.embedding.wespeaker import BaseWeSpeakerResNet
from torch import Tensor

from consumer.diarization.networks.sound import Sound

FULL_SCALE = 1 << 15
"""WeSpeaker trained on 16-bit samples."""
BLOCK_WINDOWS = 20
"""How many window steps one block of frames spans; it is never shorter than a window."""
BLOCKS_KEPT = 16
"""10 MB. Windows come nearly in order, and the lanes together are at few of them."""


class FilterBanks:
    """Log-mel filter banks of windows, as one network defines them."""

    def __init__(self, network: BaseWeSpeakerResNet, window: int, step: int) -> None:
        """`window` and `step` are in samples; the step must be a multiple of the frame shift."""
        parameters: Any = network.hparams
        self._fbank = network._fbank  # all parameters applied
        self._shift = round(parameters.sample_rate * parameters.frame_shift / 1000)
        self._length = round(parameters.sample_rate * parameters.frame_length / 1000)
        self.frames = 1 + (window - self._length) // self._shift
        """Frames per window."""
        self.bins: int = parameters.num_mel_bins
        self._step = step // self._shift
        self.block = max(BLOCK_WINDOWS * self._step, self.frames)

    def compute(self, sound: Sound, block: int) -> Tensor:
        """Return a block of frames, always of its full shape (block, mel bins)."""
        start = block * self.block * self._shift
        samples = sound.cut(start, (self.block - 1) * self._shift + self._length)
        features: Tensor = self._fbank(samples[None] * FULL_SCALE)
        return features

    def extent(self, window: int) -> range:
        """Return the frames of a window, counted from the start of the recording."""
        return range(window * self._step, window * self._step + self.frames)


class Features:
    """The filter banks of one recording; several lanes read them."""

    def __init__(self, banks: FilterBanks, sound: Sound) -> None:
        self._banks = banks
        self._sound = sound
        self._blocks: OrderedDict[int, Tensor] = OrderedDict()
        self._lock = threading.Lock()

    def window(self, index: int) -> Tensor:
        """Return the features of a window without their mean, shape (frames, mel bins)."""
        extent, size = self._banks.extent(index), self._banks.block
        first, last = extent.start // size, (extent.stop - 1) // size
        frames = torch.cat([self._block(block) for block in range(first, last + 1)])
        offset = extent.start - first * size
        return centred(frames[offset : offset + len(extent)])

    def _block(self, index: int) -> Tensor:
        """Return a block of frames, computed if need be; shape (frames of a block, mel bins)."""
        with self._lock:
            if index not in self._blocks:
                self._blocks[index] = self._banks.compute(self._sound, index)
                if self._sound.samples.is_cuda:  # other lanes read it on other streams
                    torch.cuda.current_stream().synchronize()
            self._blocks.move_to_end(index)
            while len(self._blocks) > BLOCKS_KEPT:
                self._blocks.popitem(last=False)
            block = self._blocks[index]
        if block.is_cuda:  # so that its memory is not used anew before this lane has read it
            block.record_stream(torch.cuda.current_stream())
        return block


def centred(features: Tensor) -> Tensor:
    """Subtract the mean over the frames of a window."""
    return features - features.mean(0, keepdim=True)
