"""Whole pipeline directories whose weights are seeded instead of trained.

The networks are narrow, so that a test takes seconds, and calibrated on a real recording, so that
every decision (who, when, how many) has something to decide.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import lightning
import numpy as np
import torch
from pyannote.audio.core.task import Problem, Resolution, Specifications
from pyannote.audio.models.segmentation import PyanNet
from torch import Tensor, nn

from consumer.diarization.narrow_resnet import NarrowWeSpeakerResNet
from tests.fakes.pipeline_configs import Kind, config_text

SAMPLE_RATE = 16_000
WINDOW_SAMPLES = 10 * SAMPLE_RATE
EMBEDDING_DIMENSION = 32
PLDA_DIMENSION = 16
HIDDEN_SIZE = 16
FORGET_GATE = slice(HIDDEN_SIZE, 2 * HIDDEN_SIZE)
"""Where torch keeps it among the four gates of an LSTM."""
CLASS_PREFERENCE = [0.5, 0.7, 0.7, 0.7, 0.0, 0.0, 0.0]
"""Silence, one speaker, two speakers: overlap is the exception in speech."""


def build_pipeline(directory: Path, kind: Kind, speech: Tensor) -> Path:
    """Write a whole pipeline; `speech` (1, samples at 16 kHz) calibrates its networks."""
    write_segmentation(directory / "segmentation", speech)
    write_embedding(directory / "embedding", speech)
    write_plda(directory / "plda")
    (directory / "config.yaml").write_text(config_text(kind))
    return directory


def write_segmentation(directory: Path, speech: Tensor) -> None:
    """Write a small PyanNet that tells seven powerset classes apart."""
    with _seeded(), torch.no_grad():
        model: Any = PyanNet(
            sincnet={"stride": 10},
            lstm={
                "hidden_size": HIDDEN_SIZE,
                "num_layers": 1,
                "bidirectional": True,
                "dropout": 0.0,
            },
            linear={"hidden_size": HIDDEN_SIZE, "num_layers": 1},
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
        _spread_classes(model, _windows(speech))
    _write_checkpoint(model, directory)


def write_embedding(directory: Path, speech: Tensor) -> None:
    """Write a narrow ResNet whose embeddings of speech lie around the origin."""
    with _seeded(), torch.no_grad():
        model: Any = NarrowWeSpeakerResNet(channels=2, dimension=EMBEDDING_DIMENSION)
        model.specifications = Specifications(
            problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=5.0
        )
        windows = _windows(speech)
        _calibrate_batch_norms(model, windows)
        model.resnet.seg_1.bias.sub_(model(windows).mean(0))
    _write_checkpoint(model, directory)


def write_plda(directory: Path) -> None:
    """Write the two matrices that VBx projects and scores embeddings with."""
    random = np.random.default_rng(0)
    directory.mkdir(parents=True, exist_ok=True)
    rotation, _ = np.linalg.qr(random.normal(size=(EMBEDDING_DIMENSION, EMBEDDING_DIMENSION)))
    np.savez(
        directory / "xvec_transform.npz",
        mean1=np.zeros(EMBEDDING_DIMENSION),
        mean2=np.zeros(PLDA_DIMENSION),
        lda=rotation[:, :PLDA_DIMENSION],
    )
    np.savez(
        directory / "plda.npz",
        mu=np.zeros(PLDA_DIMENSION),
        tr=np.linalg.qr(random.normal(size=(PLDA_DIMENSION, PLDA_DIMENSION)))[0],
        psi=np.linspace(5.0, 0.1, PLDA_DIMENSION),
    )


@contextmanager
def _seeded() -> Iterator[None]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(20_261_122)
        yield


def _windows(speech: Tensor) -> Tensor:
    return speech.unfold(1, WINDOW_SAMPLES, SAMPLE_RATE).transpose(0, 1)


def _spread_classes(model: Any, windows: Tensor) -> None:
    """Give every class the same spread over the recording, so that each of them wins somewhere."""
    for name, parameter in model.lstm.named_parameters():
        if "bias" in name:
            # Open forget gates make the memory slow, so that a speaker stays one for a while.
            parameter[FORGET_GATE].fill_(2.0)
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
