"""What a pipeline's `config.yaml` says, and which files it wants loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from consumer.core.errors import ModelUnavailable

CONFIG_FILE = "config.yaml"
OWN = "$model/"
"""How a config names a folder beside itself."""
PART_FILES: Mapping[str, tuple[str, ...]] = {
    "segmentation": ("pytorch_model.bin",),
    "embedding": ("pytorch_model.bin",),
    "plda": ("xvec_transform.npz", "plda.npz"),
}
"""The parts of a pipeline, and the files that pyannote.audio 4 reads for each."""
PIPELINES = frozenset(
    {
        "pyannote.audio.pipelines.SpeakerDiarization",
        "pyannote.audio.pipelines.speaker_diarization.SpeakerDiarization",
    }
)
CLUSTERINGS = frozenset({"AgglomerativeClustering", "VBxClustering"})
"""Those that find the number of speakers themselves."""
USES_PLDA = "VBxClustering"
DEFAULT_REPOSITORY = "pyannote/speaker-diarization-community-1"
"""Where pyannote.audio 4 looks for every part that a config leaves out."""


@dataclass(frozen=True, slots=True)
class Part:
    """Where the files of one part lie: in the model itself, or in another repository."""

    name: str
    folder: str = ""
    repository: str | None = None
    """Hub id; null: the model's own."""
    revision: str | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the part's files within its repository."""
        return tuple(
            str(PurePosixPath(self.folder) / name) for name in PART_FILES.get(self.name, ())
        )


@dataclass(frozen=True, slots=True)
class PipelineConfig:
    """A config that was found sound: a pipeline we run, made of parts we know."""

    source: bytes
    parts: tuple[Part, ...]

    def resolved(self, places: Mapping[str, Path]) -> dict[str, Any]:
        """Return what pyannote takes, every part replaced by the local directory it lies in."""
        settings: dict[str, Any] = yaml.safe_load(self.source)
        params = settings["pipeline"].setdefault("params", {})
        for part in self.parts:
            params[part.name] = {"checkpoint": str(places[part.name]), "subfolder": part.folder}
            if part.repository and part.name != "plda":
                # As stock does: older checkpoints still carry leftovers of their training.
                params[part.name]["strict"] = False
        return settings


def parse(source: bytes, origin: str) -> PipelineConfig:
    """Read a config; `origin` names it in the message of `ModelUnavailable`."""
    try:
        settings = yaml.safe_load(source)
        pipeline = settings["pipeline"]
        name, params = pipeline["name"], dict(pipeline.get("params") or {})
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelUnavailable(f"{origin} is not the config of a pipeline: {error}") from error
    clustering = params.get("clustering", USES_PLDA)
    _require(name in PIPELINES, f"{origin} wants the pipeline {name}", PIPELINES)
    _require(clustering in CLUSTERINGS, f"{origin} wants {clustering} for clustering", CLUSTERINGS)
    return PipelineConfig(source, tuple(_parts(params, clustering, origin)))


def _parts(params: Mapping[str, object], clustering: str, origin: str) -> list[Part]:
    wanted = [name for name in PART_FILES if name != "plda" or _needs_plda(params, clustering)]
    return [_part(name, params.get(name), origin) for name in wanted]


def _needs_plda(params: Mapping[str, object], clustering: str) -> bool:
    """Tell whether there is a PLDA to load: 3.1 names none, and its clustering asks for none."""
    return "plda" in params or clustering == USES_PLDA


def _part(name: str, reference: object, origin: str) -> Part:
    match reference:
        case None:
            return Part(name, folder=name, repository=DEFAULT_REPOSITORY)
        case str() if reference.startswith(OWN):
            return Part(name, folder=_inside(reference.removeprefix(OWN), origin))
        case str():
            repository, _, revision = reference.partition("@")
            return Part(name, repository=repository, revision=revision or None)
        case {"checkpoint": str(repository), **rest}:
            folder = _inside(str(rest.get("subfolder") or ""), origin)
            revision = str(rest.get("revision") or "")
            return Part(name, folder, repository, revision or None)
        case _:
            raise ModelUnavailable(f"{origin} does not say where its {name} lies: {reference!r}")


def _inside(folder: str, origin: str) -> str:
    """Refuse a folder outside of the model: the digest would not cover what lies there."""
    path = PurePosixPath(folder)
    if path.is_absolute() or ".." in path.parts or "@" in folder:
        raise ModelUnavailable(f"{origin} refers to {OWN}{folder}, which is no folder of the model")
    return "" if path == PurePosixPath() else str(path)


def _require(condition: bool, problem: str, known: frozenset[str]) -> None:
    if not condition:
        raise ModelUnavailable(f"{problem}; this worker runs {' or '.join(sorted(known))}")
