"""Where does the embedding network of a model of the catalogue lie?

In a pipeline it is the one that tells its speakers apart. A directory may also be nothing but an
embedding network: one checkpoint, and whatever else stands beside it.
"""

from dataclasses import dataclass
from pathlib import Path

from consumer.core.model import CatalogueModel
from consumer.diarization.models.hub import HubAccess
from consumer.diarization.models.model_files import model_directory, obtain
from consumer.diarization.models.pipeline_config import PART_FILES

PART = "embedding"
(CHECKPOINT_FILE,) = PART_FILES[PART]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One network that lies on this machine, not opened yet."""

    path: Path
    is_strict: bool
    """Whether it holds this network's weights and nothing else; older ones need not."""


def obtain_embedding(model: CatalogueModel, access: HubAccess) -> Checkpoint:
    """Find or fetch the files of a model and compare them with its pin; raises as `obtain`."""
    if model.directory is not None and (Path(model.directory) / CHECKPOINT_FILE).is_file():
        return Checkpoint(model_directory(model) / CHECKPOINT_FILE, is_strict=True)
    found = obtain(model, access)
    (part,) = (part for part in found.config.parts if part.name == PART)
    directory = found.places[PART] / part.folder
    return Checkpoint(directory / CHECKPOINT_FILE, is_strict=part.repository is None)
