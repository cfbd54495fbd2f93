"""What travels through the stages of the pipeline?

A `Task` has one owner at a time, the stage that holds it; that stage alone writes its timings and
warnings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from consumer.core.model import CatalogueModel, Message, Partition, Waveform
from consumer.core.offsets import Ticket
from consumer.core.scheduling import Kind
from consumer.core.tracing import JobSpan, PassedOn
from schemas.job import Job
from schemas.result import ResultWarning
from schemas.result_parts import ResolvedAudio


class ResultKey(NamedTuple):
    """What names a result's object."""

    output_uri: str
    job_id: str
    fingerprint: str


@dataclass(slots=True, eq=False)
class Task:
    """A job that was admitted, and what is known about it so far."""

    ticket: Ticket
    job: Job
    model: CatalogueModel
    output_uri: str
    attempt: int = 1
    audio: ResolvedAudio | None = None
    """The audio as it was found; None until it has been opened."""
    fingerprint: str | None = None
    """Names the computation; None until the audio has been opened."""
    begun_at: float | None = None
    """When the first stage began, on the monotonic clock; None before that."""
    timings: dict[str, float] = field(default_factory=dict)
    """Seconds of the stages that are done; see `consumer.core.stage_time`."""
    warnings: list[ResultWarning] = field(default_factory=list)

    def expected_seconds(self, usual: float) -> float:
        """Return the audio's length as decoded, else as the job says, else what is usual."""
        known = self.audio.duration_seconds if self.audio else None
        return known or self.job.audio.duration_seconds or usual

    @property
    def resolved(self) -> ResolvedAudio:
        """The audio, for stages that come after it was opened; LookupError before."""
        if self.audio is None:
            raise LookupError("the audio has not been opened yet")
        return self.audio

    @property
    def key(self) -> ResultKey:
        """Names the result's object; LookupError before the audio was opened."""
        if self.fingerprint is None:
            raise LookupError("the audio has not been opened yet")
        return ResultKey(self.output_uri, self.job.job_id, self.fingerprint)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A task whose audio is decoded and waits for the device."""

    task: Task
    waveform: Waveform
    ready_at: float
    """When it was ready for the device, on the worker's monotonic clock."""

    @property
    def kind(self) -> Kind:
        return self.task.job.operation, self.task.model.name

    @property
    def partition(self) -> Partition:
        return self.task.ticket.record.partition

    @property
    def offset(self) -> int:
        return self.task.ticket.record.offset

    @property
    def seconds(self) -> float:
        return self.waveform.seconds

    @property
    def bytes(self) -> int:
        """Of the samples."""
        return self.waveform.samples.nbytes


@dataclass(frozen=True, slots=True)
class Setback:
    """Why a job may be tried again instead of ending here."""

    code: str
    reason: str
    place: str | None = None
    """The object whose store gave no definite answer; None: the store has no part in it."""
    everybody: bool = False
    """No job's fault: nothing answers, or the credentials are refused."""

    @property
    def concerns_store(self) -> bool:
        """Whether a store has a part in it."""
        return self.everybody or self.place is not None


@dataclass(frozen=True, slots=True)
class Completion:
    """A job has ended: what is to be published about it, unless it is tried again."""

    ticket: Ticket
    messages: tuple[Message, ...]
    operation: str
    """Of the contract's closed set, else `unknown`: it names a metric."""
    status: str
    code: str | None
    job_id: str | None
    attempt: int = 1
    seconds: float = 0.0
    """From when the worker took it up until it had ended; not until that was published."""
    span: JobSpan = field(default_factory=PassedOn)
    setback: Setback | None = None
    """Set when another attempt may help; the messages are for the case that there is none."""
    completed_at: datetime | None = None
    timings: Mapping[str, float] = field(default_factory=dict)
    """Seconds of the stages that it came through, until then."""
    store_answered: bool = False
    """Whether a store gave a definite answer on the way, good or bad: then it is no outage."""
