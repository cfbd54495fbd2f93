"""Which models may jobs name, where do they run, and how do recordings share the device?"""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from consumer.settings.section import Section


class CatalogueSettings(Section):
    """One model that jobs may name."""

    id: str | None = Field(None, description="Hub id; None: the name itself.")
    revision: str | None = Field(None, description="Pinned commit on the hub.")
    directory: str | None = Field(None, description="Local pipeline directory instead of the hub.")
    sha256: str | None = Field(
        None,
        pattern="^[0-9a-f]{64}$",
        description="Digest of the model's files (turnstream-worker digest DIR).",
    )


class ModelSettings(Section):
    """Which models jobs may name, and where they run."""

    catalogue: Mapping[str, CatalogueSettings] = Field(
        default_factory=lambda: {
            "pyannote/speaker-diarization-3.1": CatalogueSettings(),
            "pyannote/speaker-diarization-community-1": CatalogueSettings(),
        },
        description=(
            "Name -> {id, revision, directory, sha256} (JSON object). Pin what you run: a "
            "checkpoint is code."
        ),
    )
    default: str = Field(
        "pyannote/speaker-diarization-community-1",
        validate_default=True,
        description="The model of jobs that name none.",
    )
    device: str = Field(
        "auto", description="cpu, cuda, cuda:1, …; auto takes CUDA when there is one."
    )
    cache_directory: str | None = Field(
        None, description="Where hub downloads are kept; None: the hub library's default (HF_HOME)."
    )
    cpu_threads: int | None = Field(
        None, ge=1, description="CPU threads of the networks; None: as many as there are cores."
    )
    engine: Literal["turnstream", "stock"] = Field(
        "turnstream",
        description=(
            "stock: run models as pyannote.audio itself runs them, several times slower, with the "
            "same turns."
        ),
    )
    precision: Literal["fp32", "tf32"] = Field(
        "fp32",
        description=(
            "tf32: on recent NVIDIA GPUs embeddings are computed in short floats, and again in "
            "fp32 where a decision was close."
        ),
    )
    keep_freed_memory: bool = Field(
        True,
        description=(
            "Keep the memory of activations mapped (glibc): half the CPU time, a larger process."
        ),
    )
    max_resident: int = Field(
        1, ge=1, description="Models kept loaded; the least recently used goes first."
    )

    @field_validator("default")
    @classmethod
    def _is_listed(cls, default: str, info: ValidationInfo) -> str:
        catalogue = info.data.get("catalogue")  # absent where it was refused itself
        if catalogue is not None and default not in catalogue:
            raise ValueError(f"{default!r} is not in the catalogue ({', '.join(catalogue)})")
        return default


class DiarizationSettings(Section):
    """How recordings share the device."""

    max_batch_audio_seconds: float = Field(
        7200.0,
        gt=0,
        description="Audio of one device batch; lower it when the device runs out of memory.",
    )
    linger_seconds: float = Field(
        0.05, ge=0, le=10, description="How long a recording waits for company on an idle device."
    )
