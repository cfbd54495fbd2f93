"""What does the voice in an excerpt sound like, as pyannote.audio itself would say it?"""

import warnings
from bisect import bisect_left
from typing import Any

import torch
from pyannote.audio import Model
from torch import Tensor

from consumer.core.device_failures import explained
from consumer.core.model import SAMPLE_RATE
from consumer.diarization.memory import release_device_memory
from consumer.diarization.networks.arithmetic import TF32, forbid_tf32

LONG_ENOUGH_SAMPLES = SAMPLE_RATE // 2
"""Half a second is enough for every network that pyannote.audio knows."""


class VoiceEmbedder:
    """An embedding network that hears one excerpt at a time, whole.

    Its answers are those of `pyannote.audio.Inference(network, window="whole")`, to the last bit:
    in company, or padded to a common length, they would differ in the last ones.
    """

    def __init__(self, network: Model) -> None:
        """Take a network over; raises `OutOfMemory`, `DeviceDead`."""
        forbid_tf32()
        self._network: Model | None = network
        self.dimension = _dimension(network)
        """The length of every vector."""
        self._shortest = self._shortest_samples()

    def embed(self, samples: memoryview) -> tuple[float, ...] | None:
        """Embed an excerpt at 16 kHz; None: it is too short for the network.

        Memory grows with it: 9 MB a second in a ResNet34. Raises `OutOfMemory`, `DeviceDead`.
        """
        if len(samples) < self._shortest:
            return None
        with warnings.catch_warnings():
            # The buffer is read-only, and so are we.
            warnings.simplefilter("ignore")
            waveform = torch.frombuffer(samples, dtype=torch.float32)
        vector: list[float] = self._run(waveform).tolist()
        return tuple(vector)

    def unload(self) -> None:
        """Give back the memory of the device and of the host."""
        self._network = None
        release_device_memory()

    def _run(self, waveform: Tensor) -> Tensor:
        if self._network is None:
            raise ValueError("the model was unloaded")
        with explained(), torch.inference_mode():
            samples = waveform[None, None].to(self._network.device)
            with TF32.exact():  # an engine on the same device may have it on for a moment
                embedding: Tensor = self._network(samples)
            return embedding[0].cpu()

    def _shortest_samples(self) -> int:
        """Find the shortest excerpt of which the network has anything to say, by halving."""
        return bisect_left(range(LONG_ENOUGH_SAMPLES), True, lo=1, key=self._is_enough)

    def _is_enough(self, samples: int) -> bool:
        tone = torch.linspace(0, 300, samples).sin()
        with warnings.catch_warnings():
            # A single frame has no deviation, and torch says so.
            warnings.simplefilter("ignore")
            try:
                return bool(self._run(tone).isfinite().all())
            except (AssertionError, RuntimeError):  # less than one frame
                return False


def _dimension(network: Any) -> int:  # noqa: ANN401 - each architecture has its own property
    dimension: int = network.dimension
    return dimension
