"""How checked model files become a stock pipeline, or a part of one, on a device."""

import pickle
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from pyannote.audio import Model, Pipeline
from pyannote.audio.core.plda import PLDA
from pyannote.audio.core.task import Problem, Specifications
from pyannote.audio.pipelines import SpeakerDiarization
from pyannote.audio.utils.dependencies import MissingDependency, WrongDependencyVersion

from consumer.core.device_failures import explained
from consumer.core.errors import ModelUnavailable
from consumer.core.model import SAMPLE_RATE
from consumer.diarization.models.capped_vbx import CappedVBx
from consumer.diarization.models.embedding_files import Checkpoint
from consumer.diarization.models.model_files import ModelFiles
from consumer.diarization.models.pipeline_config import USES_PLDA

UNUSABLE = (
    AttributeError,
    EOFError,
    ImportError,
    KeyError,
    MissingDependency,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    WrongDependencyVersion,
    pickle.UnpicklingError,
    zipfile.BadZipFile,
)
"""What pyannote raises on files that are not, or no longer, checkpoints of its own."""


def open_pipeline(found: ModelFiles, device: torch.device) -> SpeakerDiarization:
    """Open a pipeline on a device.

    Its checkpoints are unpickled here: check their digest before. Raises `ModelUnavailable`,
    `OutOfMemory`, `DeviceDead`.
    """
    with _unusable_explained():
        pipeline = _open(found)
    with explained():
        pipeline.to(device)
    return pipeline


def open_embedding(checkpoint: Checkpoint, device: torch.device) -> Model:
    """Open an embedding network on a device; as `open_pipeline`."""
    with _unusable_explained():
        network = Model.from_pretrained(checkpoint.path, strict=checkpoint.is_strict)
        if network is None or not _tells_voices_apart(network):
            raise TypeError(f"{type(network).__name__} is no embedding network")
        if network.audio.sample_rate != SAMPLE_RATE:
            raise ValueError(f"the network was not trained on {SAMPLE_RATE} Hz")
    with explained():
        return network.to(device).eval()


def _tells_voices_apart(network: Model) -> bool:
    tasks = network.specifications
    return isinstance(tasks, Specifications) and tasks.problem == Problem.REPRESENTATION


@contextmanager
def _unusable_explained() -> Iterator[None]:
    """Raise `ModelUnavailable` for what pyannote raises, and keep it quiet."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except UNUSABLE as error:
        reason = f"{type(error).__name__}: {error}"
        raise ModelUnavailable(f"the files of the model cannot be opened: {reason}") from error


def _open(found: ModelFiles) -> SpeakerDiarization:
    settings = found.config.resolved(found.places)
    if "plda" not in found.places:
        # Stock would fetch a PLDA from a gated repository only to leave it unused.
        settings["pipeline"]["params"]["plda"] = object.__new__(PLDA)
    pipeline = Pipeline.from_pretrained(settings)
    if not isinstance(pipeline, SpeakerDiarization):
        raise TypeError(f"{type(pipeline).__name__} is no SpeakerDiarization")
    if pipeline.klustering == USES_PLDA:
        pipeline.clustering.__class__ = CappedVBx
    return pipeline
