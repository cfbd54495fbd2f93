"""How a model of the catalogue becomes a diarizer on a device.

Importing this module imports neither torch nor pyannote; loading the first model does.
"""

from typing import TYPE_CHECKING

from consumer.core.model import CatalogueModel
from consumer.diarization.hub import HubAccess
from consumer.diarization.model_files import obtain
from consumer.diarization.runtime import mute_pyannote

if TYPE_CHECKING:
    from consumer.diarization.stock import StockDiarizer


def load_stock(
    model: CatalogueModel,
    *,
    token: str | None,
    device: str,
    cache_directory: str | None,
    threads: int | None = None,
) -> "StockDiarizer":
    """Load a model as pyannote.audio itself runs it.

    `device` is cpu, cuda (also cuda:1) or auto; `threads` is the number of CPU threads of torch
    (null: as it is). Raises `ModelUnavailable` with what to do about it, `OutOfMemory`,
    `DeviceDead`.
    """
    found = obtain(model, HubAccess(token, cache_directory))
    mute_pyannote()
    # Only now: these import torch and pyannote.
    from consumer.diarization.devices import pick_device, use_threads
    from consumer.diarization.opening import open_pipeline
    from consumer.diarization.stock import StockDiarizer

    use_threads(threads)
    return StockDiarizer(open_pipeline(found, pick_device(device)))
