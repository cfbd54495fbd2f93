"""What is published about a job that has ended?"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from consumer.core.errors import (
    DeadlinePassed,
    Internal,
    JobError,
    NoLongerOurs,
    PermanentError,
    RetryableError,
    StorageUnavailable,
)
from consumer.core.intake import Refusal
from consumer.core.model import Message, Record
from consumer.core.offsets import Ticket
from consumer.core.tracing import NotTraced, Tracing, taken_up_at
from consumer.core.work import Completion, Setback, Task
from schemas.codec import encode_result
from schemas.dead_letter import DeadLetter
from schemas.headers import Failure, result_headers, traceparent
from schemas.job import Job
from schemas.operations import V1
from schemas.position import Position
from schemas.publishing import Delivery, announcement
from schemas.result import (
    ModelIdentity,
    Origin,
    Output,
    Result,
    ResultError,
    Status,
    StoredResult,
    Timings,
)
from schemas.result_parts import ResolvedAudio

UNKNOWN = "unknown"
"""The operation of what names none that the contract knows."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Destinations:
    """Where messages go, and how large they may be."""

    results_topic: str
    dead_letters_topic: str
    results_max_bytes: int
    message_max_bytes: int


@dataclass(frozen=True, slots=True)
class Reporter:
    """Turns the end of a job into messages; `now` is UTC."""

    group: str
    worker: str
    destinations: Destinations
    operations: Collection[str] = tuple(V1.params)
    """Those that metrics may name."""
    tracing: Tracing = field(default_factory=NotTraced)

    def succeeded(
        self,
        task: Task,
        stored: StoredResult,
        outputs: tuple[Output, ...],
        reused: bool,
        now: datetime,
    ) -> Completion:
        """Announce what is stored, which another worker may have computed."""
        delivery = Delivery(
            origin=self._origin(task.ticket.record),
            outputs=outputs,
            metadata=task.job.metadata,
            reused=reused,
            attempt=task.attempt,
            worker=self.worker,
            completed_at=now,
            timings=Timings(**task.timings),
        )
        completion = self._completion(task.ticket, announcement(stored, delivery))
        return replace(completion, store_answered=True)

    def failed(self, task: Task, error: JobError, now: datetime) -> Completion:
        """Say why there is no answer, and whether another attempt may find one.

        What expired is no dead letter: nothing is wrong with it.
        """
        status: Status = "expired" if isinstance(error, DeadlinePassed) else "failed"
        result = Result(
            job_id=task.job.job_id,
            operation=task.job.operation,
            status=status,
            origin=self._origin(task.ticket.record),
            audio=task.audio or _named_audio(task.job),
            params=task.job.params,
            model=identity(task),
            warnings=tuple(task.warnings),
            error=ResultError.of(error.code, str(error)),
            metadata=task.job.metadata,
            attempt=task.attempt,
            worker=self.worker,
            completed_at=now,
            timings=Timings(**task.timings),
        )
        completion = self._completion(task.ticket, result)
        answered = _store_answered(task, error)
        return replace(completion, setback=_setback(error), store_answered=answered)

    def refused(self, refusal: Refusal, now: datetime) -> Completion:
        """Answer a record that never became a task with as much as could be read of it."""
        job = refusal.job
        result = Result(
            job_id=refusal.job_id,
            operation=refusal.operation,
            status="failed",
            origin=self._origin(refusal.ticket.record),
            audio=_named_audio(job) if job else None,
            params=job.params if job else None,
            error=ResultError.of(refusal.error.code, str(refusal.error)),
            metadata=job.metadata if job else {},
            attempt=refusal.ticket.attempt,
            worker=self.worker,
            completed_at=now,
        )
        return self._completion(refusal.ticket, result)

    def undeliverable(self, completion: Completion, problem: str, now: datetime) -> Completion:
        """Answer in few words a job of whose answer brokers will not take the messages."""
        error = Internal(f"the brokers refuse the messages about this job: {problem}")
        operation = None if completion.operation == UNKNOWN else completion.operation
        refusal = Refusal(completion.ticket, error, None, completion.job_id, operation)
        return self.refused(refusal, now)

    def _completion(self, ticket: Ticket, result: Result) -> Completion:
        record = ticket.record
        span = self.tracing.begin(result, traceparent(record.headers))
        messages = [self._result_message(result, span.traceparent)]
        if result.error and result.status == "failed":
            messages.append(self._dead_letter_message(record, result, result.error))
        return Completion(
            ticket=ticket,
            messages=tuple(messages),
            operation=self._label(result.operation),
            status=result.status,
            code=result.error.code if result.error else None,
            job_id=result.job_id,
            attempt=result.attempt,
            seconds=(result.completed_at - taken_up_at(result)).total_seconds(),
            span=span,
            completed_at=result.completed_at,
            timings=result.timings.model_dump(exclude_none=True),
        )

    def _result_message(self, result: Result, trace: bytes | None) -> Message:
        value = encode_result(result, self.destinations.results_max_bytes)
        headers = result_headers(result, trace)
        return Message(self.destinations.results_topic, result.key, value, headers)

    def _dead_letter_message(self, record: Record, result: Result, error: ResultError) -> Message:
        failure = Failure(
            code=error.code,
            message=error.message,
            attempt=result.attempt,
            failed_at=result.completed_at,
            worker=self.worker,
            position=_position(record),
        )
        limit = self.destinations.message_max_bytes
        letter = DeadLetter.of(record.key, record.value or b"", record.headers, failure, limit)
        topic = self.destinations.dead_letters_topic
        return Message(topic, letter.key, letter.value, letter.headers)

    def _label(self, operation: str | None) -> str:
        """A name that a producer made up must not become a metric of ours."""
        return operation if operation and operation in self.operations else UNKNOWN

    def _origin(self, record: Record) -> Origin:
        return Origin(
            group=self.group,
            topic=record.partition.topic,
            partition=record.partition.number,
            offset=record.offset,
            timestamp=_moment(record.timestamp_ms),
        )


def identity(task: Task) -> ModelIdentity:
    """The model as the catalogue names it: nothing is loaded to know it."""
    model = task.model
    return ModelIdentity(name=model.name, id=model.id, revision=model.revision, sha256=model.sha256)


def _setback(error: JobError) -> Setback | None:
    match error:
        case NoLongerOurs():
            return None
        case StorageUnavailable():
            return Setback(error.code, str(error), error.place, error.everybody)
        case RetryableError():
            return Setback(error.code, str(error))
    return None


def _store_answered(task: Task, error: JobError) -> bool:
    """Whether the last word from a store was a definite one."""
    if isinstance(error, StorageUnavailable):
        return False
    return task.audio is not None or isinstance(error, PermanentError)


def _moment(timestamp_ms: int) -> datetime | None:
    """Producers choose a record's timestamp, and nothing makes them choose a date."""
    if timestamp_ms <= 0:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=timestamp_ms)
    except OverflowError:
        return None


def _named_audio(job: Job) -> ResolvedAudio:
    return ResolvedAudio(uri=job.audio.uri, channel=job.audio.channel)


def _position(record: Record) -> Position:
    return Position(record.partition.topic, record.partition.number, record.offset)
