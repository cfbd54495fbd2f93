"""What is published about a job that has ended?"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from consumer.core.errors import DeadlinePassed, JobError
from consumer.core.intake import Refusal
from consumer.core.model import Message, Record
from consumer.core.offsets import Ticket
from consumer.core.work import Completion, Task
from schemas.codec import encode_result
from schemas.dead_letter import DeadLetter
from schemas.headers import Failure, result_headers
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
        return self._completion(task.ticket, announcement(stored, delivery))

    def failed(self, task: Task, error: JobError, now: datetime) -> Completion:
        """Say why there is no answer. What expired is no dead letter: nothing is wrong with it."""
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
        return self._completion(task.ticket, result)

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
            attempt=1,
            worker=self.worker,
            completed_at=now,
        )
        return self._completion(refusal.ticket, result)

    def _completion(self, ticket: Ticket, result: Result) -> Completion:
        record = ticket.record
        messages = [self._result_message(record, result)]
        if result.error and result.status == "failed":
            messages.append(self._dead_letter_message(record, result, result.error))
        return Completion(
            ticket=ticket,
            messages=tuple(messages),
            operation=_label(result.operation),
            status=result.status,
            code=result.error.code if result.error else None,
            job_id=result.job_id,
        )

    def _result_message(self, record: Record, result: Result) -> Message:
        value = encode_result(result, self.destinations.results_max_bytes)
        headers = result_headers(result, record.headers)
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


def _label(operation: str | None) -> str:
    """A name that a producer made up must not become a metric of ours."""
    return operation if operation and operation in V1.params else "unknown"


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
