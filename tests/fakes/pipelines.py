"""Whole pipeline directories whose weights are seeded instead of trained.

The networks are narrow, so that a test takes seconds, or as wide as those that are published.
Either way they are calibrated on real recordings, so that every decision (who, when, how many)
has something to decide.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightning
import numpy as np
import torch
from pyannote.audio.core.task import Problem, Resolution, Specifications
from pyannote.audio.models.embedding.wespeaker import WeSpeakerResNet34
from pyannote.audio.models.segmentation import PyanNet
from torch import Tensor, nn

from consumer.diarization.narrow_resnet import NarrowWeSpeakerResNet
from tests.fakes.pipeline_configs import Kind, config_text

SAMPLE_RATE = 16_000
WINDOW_SAMPLES = 10 * SAMPLE_RATE
CLASS_PREFERENCE = [0.5, 0.7, 0.7, 0.7, 0.0, 0.0, 0.0]
"""Silence, one speaker, two speakers: overlap is the exception in speech."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How large the networks of a pipeline are, and which of all such networks they are."""

    hidden_size: int = 16
    """Of the segmentation's LSTM."""
    layers: int = 1
    """Of its LSTM; all but the first have dropout."""
    gain: float = 1.0
    """Of the weights of its LSTM: more makes deep ones change their mind more often."""
    linear_size: int = 16
    linear_layers: int = 1
    channels: int | None = 2
    """Of the first stage of the narrow embedding network; None: the published ResNet34."""
    dimension: int = 32
    """Of an embedding."""
    plda_dimension: int = 16
    plda_scale: float = 1.0
    """How much more voices differ than one voice varies: more lets VBx keep more voices apart."""
    centring: float = 1.0
    """How much of what all voices share is taken away: more keeps more voices apart."""
    hop_seconds: int = 1
    """Between the windows of speech that calibrate the networks."""
    seed: int = 20_261_122
    published: bool = False
    """Whether the config is that of the published pipelines, too."""


FULL_SIZE = Weights(
    hidden_size=128,
    layers=4,
    gain=2.5,
    linear_size=128,
    linear_layers=2,
    channels=None,
    dimension=256,
    plda_dimension=128,
    plda_scale=3.0,
    centring=0.8,
    hop_seconds=5,
    published=True,
)
"""The architectures of segmentation-3.0 and wespeaker-voxceleb-resnet34-LM."""


def build_pipeline(
    directory: Path, kind: Kind, speech: Tensor, weights: Weights | None = None
) -> Path:
    """Write a whole pipeline; `speech` (1, samples at 16 kHz) calibrates its networks."""
    chosen = weights or Weights()
    windows = speech.unfold(1, WINDOW_SAMPLES, chosen.hop_seconds * SAMPLE_RATE).transpose(0, 1)
    write_segmentation(directory / "segmentation", windows, chosen)
    write_embedding(directory / "embedding", windows, chosen)
    write_plda(directory / "plda", chosen)
    (directory / "config.yaml").write_text(config_text(kind, published=chosen.published))
    return directory


def write_segmentation(directory: Path, windows: Tensor, weights: Weights) -> None:
    """Write a PyanNet that tells seven powerset classes apart."""
    with _seeded(weights.seed), torch.no_grad():
        model: Any = PyanNet(
            sincnet={"stride": 10},
            lstm={
                "hidden_size": weights.hidden_size,
                "num_layers": weights.layers,
                "bidirectional": True,
                "dropout": 0.5 if weights.layers > 1 else 0.0,
            },
            linear={"hidden_size": weights.linear_size, "num_layers": weights.linear_layers},
        )
        model.specifications = Specifications(
            problem=Problem.MONO_LABEL_CLASSIFICATION,
            resolution=Resolution.FRAME,
            duration=10.0,
            warm_up=(0.0, 0.0),
            classes=["one", "two", "three"],
            powerset_max_classes=2,
            permutation_invariant=True,
        )
        model.build()
        model.eval()
        _make_memorable(model.lstm, weights.gain)
        _spread_classes(model, windows)
    _write_checkpoint(model, directory)


def write_embedding(directory: Path, windows: Tensor, weights: Weights) -> None:
    """Write a ResNet whose embeddings of speech lie around the origin, or near it."""
    with _seeded(weights.seed), torch.no_grad():
        model: Any = _resnet(weights)
        model.specifications = Specifications(
            problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=5.0
        )
        _calibrate_batch_norms(model, windows)
        model.resnet.seg_1.bias.sub_(weights.centring * model(windows).mean(0))
    _write_checkpoint(model, directory)


def write_plda(directory: Path, weights: Weights) -> None:
    """Write the two matrices that VBx projects and scores embeddings with."""
    random = np.random.default_rng(0)
    directory.mkdir(parents=True, exist_ok=True)
    wide, narrow = weights.dimension, weights.plda_dimension
    rotation, _ = np.linalg.qr(random.normal(size=(wide, wide)))
    np.savez(
        directory / "xvec_transform.npz",
        mean1=np.zeros(wide),
        mean2=np.zeros(narrow),
        lda=rotation[:, :narrow],
    )
    np.savez(
        directory / "plda.npz",
        mu=np.zeros(narrow),
        tr=weights.plda_scale * np.linalg.qr(random.normal(size=(narrow, narrow)))[0],
        psi=np.linspace(5.0, 0.1, narrow),
    )


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def _resnet(weights: Weights) -> Any:
    if weights.channels is None:
        return WeSpeakerResNet34()
    return NarrowWeSpeakerResNet(channels=weights.channels, dimension=weights.dimension)


def _make_memorable(lstm: nn.LSTM, gain: float) -> None:
    size = lstm.hidden_size
    for name, parameter in lstm.named_parameters():
        if "bias" in name:
            # Open forget gates (the second of four) make the memory slow, so that a speaker stays
            # one for a while.
            parameter[size : 2 * size].fill_(2.0)
        else:
            parameter.mul_(gain)


def _spread_classes(model: Any, windows: Tensor) -> None:
    """Give every class the same spread over the recording, so that each of them wins somewhere."""
    features: list[Tensor] = []
    hook = model.classifier.register_forward_hook(lambda _m, inputs, _o: features.append(inputs[0]))
    model(windows)
    hook.remove()
    logits = features[0] @ model.classifier.weight.T
    spread, centre = logits.std((0, 1)), logits.mean((0, 1))
    model.classifier.weight.copy_(model.classifier.weight / spread[:, None])
    model.classifier.bias.copy_(-centre / spread + torch.tensor(CLASS_PREFERENCE))


def _calibrate_batch_norms(model: Any, windows: Tensor) -> None:
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    model.train()
    for norm in norms:
        norm.momentum = None
    model(windows)
    model.eval()


def _write_checkpoint(model: Any, directory: Path) -> None:
    checkpoint = {
        "epoch": 0,
        "global_step": 0,
        "pytorch-lightning_version": lightning.__version__,
        "state_dict": model.state_dict(),
        "hyper_parameters": dict(model.hparams),
    }
    model.on_save_checkpoint(checkpoint)
    directory.mkdir(parents=True, exist_ok=True)
    torch.save(checkpoint, directory / "pytorch_model.bin")
