"""How checked model files become a stock pipeline on a device."""

import pickle
import warnings
import zipfile

import torch
from pyannote.audio import Pipeline
from pyannote.audio.core.plda import PLDA
from pyannote.audio.pipelines import SpeakerDiarization
from pyannote.audio.utils.dependencies import MissingDependency, WrongDependencyVersion

from consumer.core.errors import ModelUnavailable
from consumer.diarization.failures import explained
from consumer.diarization.models.capped_vbx import CappedVBx
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
    try:
        pipeline = _open(found)
    except UNUSABLE as error:
        reason = f"{type(error).__name__}: {error}"
        raise ModelUnavailable(f"the files of the model cannot be opened: {reason}") from error
    with explained():
        pipeline.to(device)
    return pipeline


def _open(found: ModelFiles) -> SpeakerDiarization:
    settings = found.config.resolved(found.places)
    if "plda" not in found.places:
        # Stock would fetch a PLDA from a gated repository only to leave it unused.
        settings["pipeline"]["params"]["plda"] = object.__new__(PLDA)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline = Pipeline.from_pretrained(settings)
    if not isinstance(pipeline, SpeakerDiarization):
        raise TypeError(f"{type(pipeline).__name__} is no SpeakerDiarization")
    if pipeline.klustering == USES_PLDA:
        pipeline.clustering.__class__ = CappedVBx
    return pipeline
