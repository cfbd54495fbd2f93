"""Who speaks when within ten seconds? Trains a small PyanNet on made-up conversations."""

from dataclasses import dataclass
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from pyannote.audio.core.task import Problem, Resolution, Specifications
from pyannote.audio.models.segmentation import PyanNet
from pyannote.audio.utils.permutation import permutate
from pyannote.audio.utils.powerset import Powerset
from torch import Tensor, nn
from torch.nn import functional

from demo.sound import SAMPLE_RATE
from demo.training.labels import MAX_SPEAKERS, NOBODY, frame_labels
from demo.training.mixing import Mixer
from demo.training.reservoir import Reservoir
from demo.training.schedule import REPORT_EVERY_STEPS, Report, RunningMean, Schedule

WINDOW_SECONDS = 10.0
# At first the windows are shorter: half the work a step, and fewer voices to compare.
SHORT_SECONDS = 5.0
SHORT_SHARE = 0.5
HIDDEN = 128
WINDOWS_PER_STEP = 16
STOCK = 800
RENEWED_PER_STEP = 6
IDENTITY_WEIGHT = 0.5


def new_segmentation() -> PyanNet:
    """Return an untrained PyanNet: three speakers a window, two at a time, as in the real model."""
    model = PyanNet(
        lstm={"hidden_size": HIDDEN, "num_layers": 2},
        linear={"hidden_size": HIDDEN, "num_layers": 2},
    )
    model.specifications = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION,
        resolution=Resolution.FRAME,
        duration=WINDOW_SECONDS,
        warm_up=(0.0, 0.0),
        classes=[f"speaker#{number + 1}" for number in range(MAX_SPEAKERS)],
        powerset_max_classes=2,
        permutation_invariant=True,
    )
    model.build()  # type: ignore[no-untyped-call]
    return model


def train_segmentation(mixer: Mixer, schedule: Schedule, seed: int, report: Report) -> PyanNet:
    """Return a PyanNet trained on the mixer's examples; reports its progress in lines."""
    torch.manual_seed(seed)
    trainer = _Trainer(mixer, Random(seed))
    for step, done in enumerate(schedule.progress()):
        trainer.listen_for(SHORT_SECONDS if done < SHORT_SHARE else WINDOW_SECONDS)
        loss = trainer.step(schedule.rate(step, done))
        if step % REPORT_EVERY_STEPS == 0:
            report(f"segmentation: {done:4.0%}, step {step}, loss {loss:.3f}")
    return trainer.model.eval()


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """One example, ready for the part of the network that learns."""

    features: Tensor
    labels: Tensor
    identities: Tensor


class _Trainer:
    """Owns the model, its optimizer and the stock of windows."""

    def __init__(self, mixer: Mixer, random: Random) -> None:
        self.model = new_segmentation()
        self._mixer, self._random = mixer, random
        self._index = {name: number for number, name in enumerate(mixer.material.speakers)}
        self._powerset = Powerset(MAX_SPEAKERS, 2)
        # Naming the speaker is a second task: it teaches the LSTM what tells voices apart.
        self._naming = nn.Linear(2 * HIDDEN, len(self._index))
        self._optimizer = torch.optim.AdamW(self._learning_parameters(), weight_decay=1e-3)
        self._loss = RunningMean()
        self._seconds = 0.0

    def listen_for(self, seconds: float) -> None:
        """Stock windows of that length, unless they are in stock."""
        if seconds != self._seconds:
            self._seconds = seconds
            self._stock = Reservoir(self._window, STOCK, RENEWED_PER_STEP)

    def step(self, rate: float) -> float:
        """Take one step; return the smoothed loss."""
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        batch = self._stock.draw(WINDOWS_PER_STEP, self._random)
        with torch.autocast("cpu", torch.bfloat16):
            hidden, scores = self._forward(torch.stack([window.features for window in batch]))
        labels = torch.stack([window.labels for window in batch])
        loss = self._diarization_loss(scores.float(), labels)
        self._loss.add(loss.item())
        identities = torch.stack([window.identities for window in batch])
        self._update(loss + IDENTITY_WEIGHT * self._naming_loss(hidden.float(), identities))
        return self._loss.value or 0.0

    def _update(self, loss: Tensor) -> None:
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._learning_parameters(), 1.0)
        self._optimizer.step()

    def _window(self) -> _Window:
        example = self._mixer.example(self._seconds, self._random)
        labels = frame_labels(example.turns, _frame_times(self.model, self._seconds))
        return _Window(
            _first_stage(self.model, torch.from_numpy(example.waveform)),
            torch.from_numpy(labels.of_most_active()),
            torch.from_numpy(labels.identities(self._index)),
        )

    def _forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return what the LSTM says and what PyanNet answers to the first stage's features."""
        net = self.model.sincnet
        sound = functional.leaky_relu(net.norm1d[0](features.float()))
        for conv, pool, norm in zip(net.conv1d[1:], net.pool1d[1:], net.norm1d[1:], strict=True):
            sound = functional.leaky_relu(norm(pool(conv(sound))))
        hidden, _ = self.model.lstm(sound.transpose(1, 2))
        answer = hidden
        for linear in self.model.linear:
            answer = functional.leaky_relu(linear(answer))
        return hidden, functional.log_softmax(self.model.classifier(answer), dim=-1)

    def _diarization_loss(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Cross-entropy against the labels in the order of speakers that suits the scores best."""
        labels, _ = permutate(self._powerset.to_multilabel(scores.detach()), labels)
        classes = self._powerset.to_powerset(labels).argmax(dim=-1)
        return functional.nll_loss(scores.flatten(0, 1), classes.flatten())

    def _naming_loss(self, hidden: Tensor, identities: Tensor) -> Tensor:
        names = self._naming(hidden).flatten(0, 1)
        return functional.cross_entropy(names, identities.flatten(), ignore_index=NOBODY)

    def _learning_parameters(self) -> list[nn.Parameter]:
        """All but the first stage, which stays as designed: 80 band filters on a mel scale."""
        frozen = ("sincnet.conv1d.0", "sincnet.wav_norm1d")
        model = [p for name, p in self.model.named_parameters() if not name.startswith(frozen)]
        return [*model, *self._naming.parameters()]


def _first_stage(model: PyanNet, waveform: Tensor) -> Tensor:
    """Return the filters' pooled output, which no step changes, in half the memory."""
    net = model.sincnet
    with torch.no_grad():
        filtered = net.conv1d[0](net.wav_norm1d(waveform[None, None])).abs()
        features: Tensor = net.pool1d[0](filtered)[0].to(torch.bfloat16)
        return features


def _frame_times(model: PyanNet, seconds: float) -> NDArray[np.float64]:
    """Return the middle of each frame of a window, in seconds."""
    frames = np.arange(model.num_frames(int(seconds * SAMPLE_RATE)))
    first = model.receptive_field[0].middle
    return np.asarray(first + frames * model.receptive_field.step)
