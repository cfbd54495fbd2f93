"""Say what a consumer learns about a job, and what is stored of it."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, SerializeAsAny, ValidationInfo, field_validator, model_validator

from schemas.diarization import DiarizationResult, SpeakerSummary, Turn
from schemas.operation import OperationParams, OperationResult
from schemas.operations import read_params, read_result
from schemas.result_parts import (
    ModelIdentity,
    Origin,
    Output,
    ResolvedAudio,
    ResultError,
    ResultWarning,
    Timings,
)
from schemas.wire import Count, JobId, Metadata, Name, OperationName, Timestamp, WireModel

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

Status = Literal["succeeded", "failed", "expired", "cancelled"]


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
        return None if value is None else read_params(value, info)

    @field_validator("result", mode="plain", json_schema_input_type=dict[str, Any] | None)
    @classmethod
    def _result_by_operation(cls, value: object, info: ValidationInfo) -> OperationResult | None:
        return None if value is None else read_result(value, info)

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
    """The producer's name for the work."""
    operation: OperationName
    """What was asked for."""
    status: Literal["succeeded"] = "succeeded"
    """Only answers are stored."""
    audio: ResolvedAudio
    """The audio the answer is about."""
    params: SerializeAsAny[OperationParams]
    """What the operation was told, in full."""
    model: ModelIdentity
    """The weights that gave the answer."""
    engine_version: Count
    """Raised by a release that may change turns."""
    result: SerializeAsAny[OperationResult]
    """The answer in the shape of its operation, always in full."""
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
        return (self.job_id or str(self.origin.position)).encode()
