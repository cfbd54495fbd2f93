"""Say what a consumer learns about a job, and what is stored of it."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, SerializeAsAny, ValidationInfo, field_validator, model_validator

from schemas.codes import ErrorCode, WarningCode
from schemas.diarization import DiarizationResult, SpeakerSummary, Turn
from schemas.operation import OperationParams, OperationResult, Shapes, shaped
from schemas.operations import V1
from schemas.wire import (
    Count,
    ETag,
    JobId,
    Metadata,
    Name,
    OperationName,
    Seconds,
    Sha256,
    Timestamp,
    Uri,
    VersionId,
    WholeNumber,
    WireModel,
)

__all__ = [
    "DiarizationResult",
    "ModelIdentity",
    "Origin",
    "Output",
    "ResolvedAudio",
    "Result",
    "ResultError",
    "ResultWarning",
    "SpeakerSummary",
    "Status",
    "StoredResult",
    "Timings",
    "Turn",
]

MAX_MESSAGE_CHARACTERS = 1000

Status = Literal["succeeded", "failed", "expired", "cancelled"]


class Origin(WireModel):
    """Which message this is the answer to: the job's identity."""

    group: Name
    """The consumer group that did the work."""
    topic: Name
    """The topic the job was read from."""
    partition: WholeNumber
    """The partition the job was read from."""
    offset: WholeNumber
    """The job's offset."""
    timestamp: Timestamp | None = None
    """The record's timestamp; null when the record has none."""

    @property
    def position(self) -> str:
        """topic/partition/offset."""
        return f"{self.topic}/{self.partition}/{self.offset}"


class ResolvedAudio(WireModel):
    """The audio as it was found; null: the job ended before that was known."""

    uri: Uri
    """The job's `audio.uri`."""
    version_id: VersionId | None = None
    """The version that was read; null where the bucket has none."""
    etag: ETag | None = None
    """The entity tag of what was read."""
    sha256: Sha256 | None = None
    """SHA-256 of the bytes that were read."""
    channel: WholeNumber | None = None
    """The channel listened to, from 0; null is the mean of all."""
    duration_seconds: Seconds | None = None
    """How long the decoded audio is."""


class ModelIdentity(WireModel):
    """Which weights gave the answer."""

    name: Name
    """The name in the worker's catalogue."""
    id: Name
    """The hub id, or the name again for a local directory."""
    revision: Name | None = None
    """The pinned revision; null for a local directory."""
    sha256: Sha256 | None = None
    """SHA-256 over the model's files, as the catalogue pins it; null: it pins none."""


class Output(WireModel):
    """One object that was written."""

    format: Name
    """The object's format: json, rttm."""
    uri: Uri
    """Where it lies."""
    etag: ETag | None = None
    """Its entity tag."""
    sha256: Sha256
    """SHA-256 of its bytes."""
    size_bytes: WholeNumber
    """Its length."""


class ResultWarning(WireModel):
    """What to mind although the answer is useful."""

    code: Name
    """A stable word; new ones may appear."""
    message: str
    """A sentence for people."""

    @classmethod
    def of(cls, code: WarningCode, message: str) -> Self:
        """Make a warning of the closed set that workers write."""
        return cls(code=code, message=message[:MAX_MESSAGE_CHARACTERS])


class ResultError(WireModel):
    """Why there is no answer."""

    code: Name
    """A stable word; new ones may appear."""
    message: str
    """A sentence for people."""
    retryable: bool
    """Whether the same job, sent later, may succeed; handle unknown codes by it."""

    @classmethod
    def of(cls, code: ErrorCode, message: str) -> Self:
        """Make an error of the closed set that workers write."""
        return cls(code=code, message=message[:MAX_MESSAGE_CHARACTERS], retryable=code.retryable)


class Timings(WireModel):
    """Where the time went, in seconds; null: the job did not come so far."""

    queued: Seconds | None = None
    """From the record's timestamp until the worker took it."""
    fetch: Seconds | None = None
    """Reading the audio from the store."""
    decode: Seconds | None = None
    """Turning it into samples."""
    device_wait: Seconds | None = None
    """Waiting for the device and for company in its batch."""
    device: Seconds | None = None
    """On the device."""
    cluster: Seconds | None = None
    """From embeddings to turns."""
    store: Seconds | None = None
    """Writing the objects."""


class Answer(WireModel):
    """What the result message and the stored object have in common."""

    schema_version: Literal[1] = 1
    """The version of this contract."""
    job_id: JobId | None = None
    """The producer's name for the work; null when the message had no valid one."""
    operation: OperationName | None = None
    """What was asked for; null when the message did not say."""
    status: Status
    """How it ended."""
    audio: ResolvedAudio | None = None
    """The audio as it was found; null when the message named none."""
    params: SerializeAsAny[OperationParams] | None = None
    """What the operation was told, in full."""
    model: ModelIdentity | None = None
    """Which weights; null when that was not settled."""
    engine_version: Count | None = None
    """Raised by a release that may change turns."""
    result: SerializeAsAny[OperationResult] | None = None
    """The answer in the shape of its operation."""
    warnings: Annotated[tuple[ResultWarning, ...], Field(strict=False)] = ()
    """What to mind although the answer is useful."""
    error: ResultError | None = None
    """Why there is no answer; null exactly when succeeded."""

    @field_validator("params", mode="plain", json_schema_input_type=dict[str, Any] | None)
    @classmethod
    def _params_by_operation(cls, value: object, info: ValidationInfo) -> OperationParams | None:
        if value is None:
            return None
        shapes: Shapes = info.context or V1
        known = shapes.params.get(info.data.get("operation") or "")
        return shaped(value, known, OperationParams, shapes)

    @field_validator("result", mode="plain", json_schema_input_type=dict[str, Any] | None)
    @classmethod
    def _result_by_operation(cls, value: object, info: ValidationInfo) -> OperationResult | None:
        if value is None:
            return None
        shapes: Shapes = info.context or V1
        known = shapes.results.get(info.data.get("operation") or "")
        return shaped(value, known, OperationResult, shapes)

    @model_validator(mode="after")
    def _stays_inside_the_audio(self) -> Self:
        duration = self.audio.duration_seconds if self.audio else None
        if self.result and duration is not None and self.result.end_seconds > duration:
            raise ValueError("result must not reach beyond audio.duration_seconds")
        return self

    @model_validator(mode="after")
    def _succeeded_means_answered(self) -> Self:
        if self.status != "succeeded":
            if self.error is None or self.result is not None:
                raise ValueError(f"{self.status} needs an error and has no result")
            return self
        needed = (self.job_id, self.operation, self.audio, self.params, self.model)
        if None in (*needed, self.engine_version) or self.error is not None:
            raise ValueError("succeeded needs everything but an error")
        return self


class StoredResult(Answer):
    """The JSON object in the store: the answer in full, and the key it lies under."""

    job_id: JobId
    operation: OperationName
    status: Literal["succeeded"] = "succeeded"
    audio: ResolvedAudio
    model: ModelIdentity
    engine_version: Count
    params: SerializeAsAny[OperationParams]
    result: SerializeAsAny[OperationResult]
    fingerprint: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    """The part of the key that says which computation this is."""


class Result(Answer):
    """The terminal outcome of one job message."""

    origin: Origin
    """Which message this answers; drop a later result with an equal origin."""
    inline: bool = False
    """Whether `result` is in this message; if not and succeeded, read the JSON object."""
    outputs: Annotated[tuple[Output, ...], Field(strict=False)] = ()
    """The objects written; empty unless succeeded."""
    metadata: Metadata = Field(default_factory=dict)
    """The job's metadata, untouched."""
    reused: bool = False
    """Whether a stored answer was found, so that the device was not touched."""
    attempt: Count
    """Which attempt this was, from 1."""
    worker: Name
    """The worker that published this."""
    completed_at: Timestamp
    """When the worker finished the job."""
    timings: Timings = Timings()
    """Where the time went."""

    @model_validator(mode="after")
    def _says_what_it_carries(self) -> Self:
        if self.inline != (self.result is not None):
            raise ValueError("inline must say whether result is present")
        has_json = any(output.format == "json" for output in self.outputs)
        if self.status == "succeeded" and not has_json:
            raise ValueError("succeeded needs its json object among the outputs")
        if self.status != "succeeded" and (self.outputs or self.reused):
            raise ValueError(f"{self.status} has no outputs and reuses nothing")
        return self

    @property
    def key(self) -> bytes:
        """The message's key: the job_id, or the job's position when it has none."""
        return (self.job_id or self.origin.position).encode()
