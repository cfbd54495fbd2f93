"""Whose voice is it? Trains a narrow WeSpeaker network on voices masked out of conversations."""

from dataclasses import dataclass
from random import Random

import numpy as np
import torch
from pyannote.audio.core.task import Problem, Resolution, Specifications
from torch import Tensor, nn
from torch.nn import functional

from consumer.diarization.narrow_resnet import NarrowWeSpeakerResNet
from demo.training.labels import frame_labels
from demo.training.mixing import Mixer
from demo.training.reservoir import Reservoir
from demo.training.schedule import REPORT_EVERY_STEPS, Report, RunningMean, Schedule

CHANNELS = 8
DIMENSION = 128
WINDOW_SECONDS = 3.0
WINDOWS_PER_STEP = 16
STOCK = 4000
RENEWED_PER_STEP = 5
MEL_FRAME_SECONDS = 0.010
SHORTEST_VOICE_SECONDS = 0.4
SCALE = 24.0
MARGIN = 0.2


def new_embedding() -> NarrowWeSpeakerResNet:
    """Return an untrained network, described as a speaker representation."""
    model = NarrowWeSpeakerResNet(CHANNELS, DIMENSION)
    model.specifications = Specifications(
        problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=WINDOW_SECONDS
    )
    return model


def train_embedding(
    mixer: Mixer, schedule: Schedule, seed: int, report: Report
) -> NarrowWeSpeakerResNet:
    """Return a network trained to tell the mixer's speakers apart; reports progress in lines."""
    torch.manual_seed(seed)
    trainer = _Trainer(mixer, Random(seed))
    report(f"embedding: {STOCK} windows in stock")
    for step, done in enumerate(schedule.progress()):
        loss = trainer.step(schedule.rate(step, done), margin=MARGIN * min(1.0, 2 * done))
        if step % REPORT_EVERY_STEPS == 0:
            report(f"embedding: {done:4.0%}, step {step}, loss {loss:.3f}")
    return trainer.model.eval()


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """One example: its features, and for each voice heard alone its mask and number."""

    features: Tensor
    masks: Tensor
    identities: Tensor


class _Trainer:
    """Owns the model, the speakers' directions, the optimizer and the stock of windows."""

    def __init__(self, mixer: Mixer, random: Random) -> None:
        self.model = new_embedding()
        self._mixer, self._random = mixer, random
        self._index = {name: number for number, name in enumerate(mixer.material.speakers)}
        self._directions = nn.Parameter(torch.randn(len(self._index), DIMENSION) * 0.1)
        self._parameters = [*self.model.parameters(), self._directions]
        self._optimizer = torch.optim.AdamW(self._parameters, weight_decay=1e-3)
        self._stock = Reservoir(self._window, STOCK, RENEWED_PER_STEP)
        self._loss = RunningMean()

    def step(self, rate: float, margin: float) -> float:
        """Take one step; return the smoothed loss."""
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        batch = self._stock.draw(WINDOWS_PER_STEP, self._random)
        loss = self._loss_of(self._embeddings(batch), _identities(batch), margin)
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._parameters, 5.0)
        self._optimizer.step()
        self._loss.add(loss.item())
        return self._loss.value or 0.0

    def _window(self) -> _Window:
        """Make examples until one holds a voice that is heard alone for long enough."""
        while True:
            example = self._mixer.example(WINDOW_SECONDS, self._random)
            features = self.model.compute_fbank(torch.from_numpy(example.waveform)[None, None])[0]
            labels = frame_labels(example.turns, np.arange(len(features)) * MEL_FRAME_SECONDS)
            alone = labels.alone().T
            heard = np.flatnonzero(alone.sum(axis=1) * MEL_FRAME_SECONDS > SHORTEST_VOICE_SECONDS)
            if len(heard) > 0:
                identities = [self._index[labels.names[voice]] for voice in heard]
                masks = torch.from_numpy(alone[heard])
                return _Window(features.to(torch.bfloat16), masks, torch.tensor(identities))

    def _embeddings(self, batch: list[_Window]) -> Tensor:
        features = torch.stack([window.features for window in batch]).float()
        with torch.autocast("cpu", torch.bfloat16):
            frames = self.model.resnet.forward_frames(features).float().flatten(1, 2)
        owners = [number for number, window in enumerate(batch) for _ in window.identities]
        masks = torch.cat([window.masks for window in batch]).float()
        shrunk = functional.interpolate(masks[:, None], size=frames.shape[-1], mode="nearest")
        embeddings: Tensor = self.model.resnet.seg_1(_statistics(frames[owners], shrunk))
        return embeddings

    def _loss_of(self, embeddings: Tensor, identities: Tensor, margin: float) -> Tensor:
        """Cross-entropy of scaled cosines, the right one made harder by the margin."""
        cosines = functional.normalize(embeddings) @ functional.normalize(self._directions).T
        handicap = margin * functional.one_hot(identities, len(self._index))
        return functional.cross_entropy(SCALE * (cosines - handicap), identities)


def _identities(batch: list[_Window]) -> Tensor:
    return torch.cat([window.identities for window in batch])


def _statistics(frames: Tensor, masks: Tensor) -> Tensor:
    """Mean and deviation of the masked frames, as pyannote's pooling, but with a finite gradient.

    Stock takes the root of a variance that may be zero, whose gradient is NaN.
    """
    weight = masks.sum(dim=-1) + 1e-8
    mean = (frames * masks).sum(dim=-1) / weight
    squares = (frames - mean[..., None]).square() * masks
    variance = squares.sum(dim=-1) / (weight - 1).clamp(min=1e-2)
    return torch.cat([mean, variance.clamp(min=1e-6).sqrt()], dim=-1)
