"""Who of a few local speakers is active in a window, frame by frame?

Bredin, "pyannote.audio 2.1 speaker diarization pipeline" (Interspeech 2023) for the windows,
Plaquet and Bredin, "Powerset multi-class cross entropy loss" (Interspeech 2023) for the classes.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, cast

import torch
from pyannote.audio.core.inference import Inference
from torch import Tensor

from consumer.diarization.networks.arithmetic import Mode
from consumer.diarization.networks.masks import Masks
from consumer.diarization.networks.sound import Sound
from consumer.diarization.networks.windows import Windowing

if TYPE_CHECKING:
    from pyannote.audio.utils.powerset import Powerset


class Segmentation:
    """A powerset segmentation network, asked about batches of one size."""

    def __init__(
        self, inference: Inference, windowing: Windowing, batch: int, mode: Mode = nullcontext
    ) -> None:
        self._network: Any = inference.model
        self._windowing = windowing
        self._batch = batch
        self._mode = mode
        powerset: Powerset = inference.conversion
        self._speakers_of_class = cast("Tensor", powerset.mapping).to(torch.uint8)
        self.frames: int = inference.model.num_frames(windowing.samples)  # type: ignore[operator]
        """Frames per window."""
        self.speakers: int = self._speakers_of_class.shape[1]
        """Local speakers."""

    def __call__(self, windows: Sequence[tuple[Sound, int]]) -> Masks:
        """Return the masks of at most one batch of windows."""
        masks: Masks = self._speakers_of_class[self.scores(windows).argmax(-1)].cpu().numpy()
        return masks

    def scores(self, windows: Sequence[tuple[Sound, int]]) -> Tensor:
        """Return the log-probabilities of the classes, shape (windows, frames, classes)."""
        shape = self._batch, 1, self._windowing.samples
        chunks = torch.zeros(shape, device=self._speakers_of_class.device)
        for chunk, (sound, window) in zip(chunks, windows, strict=False):
            chunk[0] = sound.cut(window * self._windowing.step, self._windowing.samples)
        with self._mode():
            scores: Tensor = self._network(chunks)
        return scores[: len(windows)]
