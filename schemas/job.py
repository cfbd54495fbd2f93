"""Say what a producer asks for."""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, SerializeAsAny, ValidationInfo, field_validator

from schemas.diarization import DiarizeParams
from schemas.operation import OperationParams
from schemas.operations import read_params
from schemas.wire import (
    ETag,
    JobId,
    Metadata,
    Name,
    OperationName,
    Seconds,
    Sha256,
    Timestamp,
    Uri,
    UriPrefix,
    VersionId,
    WholeNumber,
    WireModel,
)

__all__ = ["AudioReference", "DiarizeParams", "Job", "OutputRequest"]

FORMAT_PATTERN = "^[a-z0-9]{1,16}$"
FormatName = Annotated[str, Field(pattern=FORMAT_PATTERN)]
ParamsT = TypeVar("ParamsT", bound=OperationParams)


class AudioReference(WireModel):
    """Which audio, and how to know that it is the one that was meant."""

    uri: Uri
    """s3://bucket/key with the key verbatim, or file:///percent-encoded/path."""
    version_id: VersionId | None = None
    """The object's version; when given, this version is read."""
    etag: ETag | None = None
    """The object's entity tag; when given, it must match."""
    sha256: Sha256 | None = None
    """SHA-256 of the object's bytes in lower-case hex; when given, it must match."""
    size_bytes: WholeNumber | None = None
    """A hint for scheduling; a wrong one never fails the job."""
    duration_seconds: Seconds | None = None
    """A hint for scheduling and backlog; a wrong one never fails the job."""
    channel: WholeNumber | None = None
    """The channel to listen to, from 0; null is the mean of all."""


class OutputRequest(WireModel):
    """Where the result objects go, and in which formats."""

    uri: UriPrefix | None = None
    """A prefix that ends in /; null: the worker's setting."""
    formats: Annotated[tuple[FormatName, ...], Field(strict=False)] = ("json",)
    """Those of the operation that are wanted; json is always written, listed or not."""


class Job(WireModel):
    """One piece of work; valid because it exists."""

    schema_version: Literal[1] = 1
    """The version of this contract."""
    job_id: JobId
    """The producer's name for the work."""
    operation: OperationName
    """What to do: diarize, embed."""
    audio: AudioReference
    """The audio to work on."""
    params: SerializeAsAny[OperationParams] = Field(default_factory=dict, validate_default=True)
    """What the operation is told; its shape is the operation's."""
    model: Name | None = None
    """A name in the worker's catalogue of models; null: the worker's setting."""
    output: OutputRequest = OutputRequest()
    """Where the result goes; null: the worker's setting."""
    submitted_at: Timestamp | None = None
    """When the producer sent the job."""
    deadline: Timestamp | None = None
    """A job that has not reached the device by then ends `expired`."""
    recompute_id: Annotated[str, Field(min_length=1, max_length=256)] | None = None
    """Asks for a fresh computation under a key of its own."""
    metadata: Metadata = Field(default_factory=dict)
    """The producer's own data, returned untouched: names and values together <= 4,096 bytes."""

    @field_validator("params", mode="plain", json_schema_input_type=dict[str, Any])
    @classmethod
    def _shaped_by_operation(cls, value: object, info: ValidationInfo) -> OperationParams:
        return read_params(value, info)

    @property
    def formats(self) -> tuple[str, ...]:
        """Every format to write, each once, json first."""
        return tuple(dict.fromkeys(("json", *self.output.formats)))

    def params_as(self, model: type[ParamsT]) -> ParamsT:
        """Return the parameters as the operation's own model; TypeError when they are another's."""
        if not isinstance(self.params, model):
            raise TypeError(f"params are {type(self.params).__name__}, not {model.__name__}")
        return self.params
