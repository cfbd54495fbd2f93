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
    operations: tuple[str, ...] | None = Field(
        None, description="Whose jobs may name it; None: those of the built-in operations."
    )


class ModelSettings(Section):
    """Which models jobs may name, and where they run."""

    catalogue: Mapping[str, CatalogueSettings] = Field(
        default_factory=lambda: {
            "pyannote/speaker-diarization-3.1": CatalogueSettings(),
            "pyannote/speaker-diarization-community-1": CatalogueSettings(),
        },
        description=(
            "Name -> {id, revision, directory, sha256, operations} (JSON object). Pin what you "
            "run: a checkpoint is code."
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
        4,
        ge=1,
        description=(
            "Models kept loaded, each for each operation; the least recently used goes first. "
            "Lower it where the host is short of memory."
        ),
    )
    device_memory_bytes: int | None = Field(
        None,
        gt=0,
        description=(
            "What all models together may take, each as measured at its load. None: on CUDA nine "
            "tenths of what is free at start, on the CPU as it comes. Set it where others use the "
            "device too."
        ),
    )
    warm_up: tuple[str, ...] = Field(
        (),
        description=(
            'Loaded at start, before the first job: ["diarize"] for its default model, '
            '["diarize:NAME"] for another. Set it where the first job must not wait.'
        ),
    )
    idle_unload_seconds: float | None = Field(
        None,
        gt=0,
        description=(
            "A model unused for so long is unloaded; None: never. Set it where others use the "
            "device meanwhile."
        ),
    )

    @property
    def warm_kinds(self) -> tuple[tuple[str, str | None], ...]:
        """Operation and model of each entry of `warm_up`; None: the operation's default."""
        pairs = (entry.partition(":") for entry in self.warm_up)
        return tuple((operation, model or None) for operation, _, model in pairs)

    @field_validator("default")
    @classmethod
    def _is_listed(cls, default: str, info: ValidationInfo) -> str:
        catalogue = info.data.get("catalogue")  # absent where it was refused itself
        if catalogue is not None and default not in catalogue:
            raise ValueError(f"{default!r} is not in the catalogue ({', '.join(catalogue)})")
        return default

    @field_validator("warm_up")
    @classmethod
    def _can_all_stay(cls, warm_up: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        room = info.data.get("max_resident")
        if room is not None and len(warm_up) > room:
            raise ValueError(f"only {room} stay loaded: raise TURNSTREAM_MODELS__MAX_RESIDENT")
        return warm_up


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
    long_seconds: float = Field(
        900.0,
        gt=0,
        description=(
            "Recordings longer than this run one at a time, in turns with batches of shorter ones."
        ),
    )
    max_run_seconds: float = Field(
        60.0,
        ge=0,
        description=(
            "How long the device stays with a model while jobs of another wait. Raise it where "
            "loading takes long."
        ),
    )
    max_wait_seconds: float = Field(
        120.0,
        ge=0,
        description=(
            "How long a decoded recording waits at most while the device stays with another model."
        ),
    )
