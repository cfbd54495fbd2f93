"""How a model of the catalogue becomes a diarizer on a device.

Importing this module imports neither torch nor pyannote; loading the first model does.
"""

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from consumer.core.model import CatalogueModel
from consumer.core.ports import Diarizer
from consumer.diarization.models.hub import HubAccess
from consumer.diarization.models.model_files import obtain
from consumer.diarization.runtime import mute_pyannote

if TYPE_CHECKING:
    from pyannote.audio.pipelines import SpeakerDiarization

    from consumer.diarization.networks.arithmetic import Arithmetic
    from consumer.diarization.stock import StockDiarizer

Precision = Literal["fp32", "tf32"]

log = logging.getLogger("turnstream.worker")


@dataclass(frozen=True, slots=True)
class Running:
    """Where models come from and on what they run."""

    access: HubAccess = field(default_factory=HubAccess)
    device: str = "auto"
    """cpu, cuda (also cuda:1) or auto."""
    threads: int | None = None
    """Cores that the networks may use on the CPU; None: all of them."""
    precision: Precision = "fp32"
    """Of the engine's embedding network; tf32 on CUDA alone."""
    conclusions: int = 1
    """Recordings clustered at once."""


def load_engine(model: CatalogueModel, running: Running) -> Diarizer:
    """Load a model for the engine; as pyannote.audio itself runs it if it asks for more.

    Raises `ModelUnavailable` with what to do about it, `OutOfMemory`, `DeviceDead`.
    """
    pipeline = _load(model, running)
    # Only now: these import torch and pyannote.
    from consumer.core.device_failures import explained
    from consumer.diarization.engine import Engine
    from consumer.diarization.models.suitability import reasons_for_stock
    from consumer.diarization.stock import StockDiarizer

    if reasons := reasons_for_stock(pipeline):
        log.warning(
            "this model runs as pyannote.audio itself runs it, several times slower",
            extra={"model": model.name, "reasons": "; ".join(reasons)},
        )
        return StockDiarizer(pipeline)
    with explained():
        return Engine(
            pipeline,
            running.threads,
            arithmetic=_arithmetic(running),
            conclusions=running.conclusions,
        )


def load_stock(model: CatalogueModel, running: Running) -> "StockDiarizer":
    """Load a model as pyannote.audio itself runs it; raises as `load_engine`."""
    pipeline = _load(model, running)
    from consumer.diarization.stock import StockDiarizer

    return StockDiarizer(pipeline)


def _arithmetic(running: Running) -> "Arithmetic":
    from consumer.diarization.devices import pick_device
    from consumer.diarization.networks.arithmetic import FP32, TF32

    if running.precision == "fp32":
        return FP32
    if pick_device(running.device).type != "cuda":
        log.warning("there is no TF32 on this device, models run in fp32")
        return FP32
    return TF32


def _load(model: CatalogueModel, running: Running) -> "SpeakerDiarization":
    found = obtain(model, running.access)
    mute_pyannote()
    from consumer.diarization.devices import pick_device, use_threads
    from consumer.diarization.models.opening import open_pipeline

    use_threads(running.threads)
    return open_pipeline(found, pick_device(running.device))
