"""Which local files make up a model of the catalogue, and whether they are those it pins.

A directory is complete in itself: nothing that its config refers to is looked for anywhere else.
A hub model is its pinned revision, and its config may refer to other repositories, whose newest
state is taken unless the config pins one. So the revision alone does not pin such a model; the
sha256 does, since it covers every file that is loaded: the model's own under their names, those of
others under `owner/name/`. A hub model without others has the digest of a directory that holds
the same files and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from consumer.core.errors import ModelUnavailable
from consumer.core.model import CatalogueModel
from consumer.diarization.models.digest import digest_of, files_below
from consumer.diarization.models.hub import HubAccess, Repository, fetch
from consumer.diarization.models.pipeline_config import CONFIG_FILE, OWN, PipelineConfig, parse


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model that lies on this machine, not opened yet."""

    config: PipelineConfig
    places: Mapping[str, Path]
    """The local directory of each part's repository."""
    files: Mapping[str, Path]
    """What the digest covers, by name."""


def obtain(model: CatalogueModel, access: HubAccess) -> ModelFiles:
    """Find or fetch the files of a model and compare them with its pin.

    Nothing is unpickled: a checkpoint is code. Raises `ModelUnavailable`.
    """
    try:
        if model.directory is None:
            found = _on_the_hub(model, access)
        else:
            found = _in_directory(Path(model.directory))
        _check_pin(model, found.files)
    except OSError as error:
        raise ModelUnavailable(f"the files of {model.name} cannot be read: {error}") from error
    return found


def model_directory(model: CatalogueModel) -> Path:
    """Return where the files of a model of any make lie, once they are those the catalogue pins.

    Raises `ModelUnavailable`.
    """
    if model.directory is None:
        raise ModelUnavailable(f"the catalogue names no directory for {model.name}")
    directory = Path(model.directory)
    try:
        _check_pin(model, files_below(directory))
    except OSError as error:
        raise ModelUnavailable(f"the files of {model.name} cannot be read: {error}") from error
    return directory


def _in_directory(directory: Path) -> ModelFiles:
    config_file = directory / CONFIG_FILE
    if not config_file.is_file():
        raise ModelUnavailable(f"{directory} is no pipeline directory: there is no {config_file}")
    config = parse(config_file.read_bytes(), str(config_file))
    for part in config.parts:
        if part.repository is not None:
            raise ModelUnavailable(
                f"{config_file} takes its {part.name} from {part.repository}, but a directory is "
                f"loaded without the hub: copy {', '.join(part.files)} of it to "
                f"{directory / part.name} and write {part.name}: {OWN}{part.name}"
            )
        for name in part.files:
            if not (directory / name).is_file():
                raise ModelUnavailable(f"{directory} is incomplete: there is no {directory / name}")
    places = {part.name: directory for part in config.parts}
    return ModelFiles(config, places, files_below(directory))


def _on_the_hub(model: CatalogueModel, access: HubAccess) -> ModelFiles:
    snapshot = fetch(Repository(model.id, model.revision), (CONFIG_FILE,), access)
    config = parse((snapshot / CONFIG_FILE).read_bytes(), f"{CONFIG_FILE} of {model.id}")
    places: dict[str, Path] = {}
    files = {CONFIG_FILE: snapshot / CONFIG_FILE}
    for part in config.parts:
        if part.repository is None:
            home, prefix = Repository(model.id, snapshot.name), ""
        else:
            home, prefix = Repository(part.repository, part.revision), f"{part.repository}/"
        places[part.name] = fetch(home, part.files, access)
        files |= {prefix + name: places[part.name] / name for name in part.files}
    return ModelFiles(config, places, files)


def _check_pin(model: CatalogueModel, files: Mapping[str, Path]) -> None:
    if model.sha256 is None:
        return
    found = digest_of(files)
    if found != model.sha256.lower():
        raise ModelUnavailable(
            f"the files of {model.name} are not those the catalogue pins: "
            f"their sha256 is {found}, the catalogue says {model.sha256}"
        )
