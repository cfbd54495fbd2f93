"""Is a record a job that this worker may do, and with which model, audio and output?"""

from collections.abc import Mapping
from dataclasses import dataclass

from consumer.core.errors import (
    AudioUriRefused,
    CrashedWorker,
    InvalidJob,
    JobError,
    ModelRefused,
    OperationDisabled,
    OutputUriRefused,
    UnsupportedOperation,
)
from consumer.core.model import CatalogueModel
from consumer.core.offsets import Ticket
from consumer.core.work import Task
from schemas.codec import SchemaError, decode_job
from schemas.job import Job
from schemas.operation import Shapes
from schemas.uri import ObjectUri, PrefixAllowList


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that ends here, and what could be read of it."""

    ticket: Ticket
    error: JobError
    job: Job | None = None
    job_id: str | None = None
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """What jobs of one operation may ask for here."""

    models: Mapping[str, CatalogueModel]
    """The part of the catalogue that the operation can run."""
    default_model: str
    switched_off: bool = False


@dataclass(frozen=True, slots=True)
class Intake:
    """The worker's own rules about jobs; a message never overrides them."""

    operations: Mapping[str, Served]
    shapes: Shapes
    audio_allowed: PrefixAllowList
    output_allowed: PrefixAllowList
    default_output_uri: str | None
    max_deaths_alone: int

    def read(self, ticket: Ticket) -> Task | Refusal:
        """Turn a record into a task, or say why it cannot be one."""
        try:
            job = decode_job(ticket.record.value or b"", self.shapes)
        except SchemaError as error:
            return Refusal(ticket, InvalidJob(str(error)), None, error.job_id, error.operation)
        try:
            return self._accept(ticket, job)
        except JobError as error:
            return Refusal(ticket, error, job, job.job_id, job.operation)

    def _accept(self, ticket: Ticket, job: Job) -> Task:
        self._check_deaths(ticket.deaths_alone)
        served = self._served(job.operation)
        self._check_audio(job.audio.uri)
        return Task(
            ticket=ticket,
            job=job,
            model=_model(job, served),
            output_uri=self._output_uri(job.output.uri),
            attempt=ticket.attempt,
        )

    def _check_deaths(self, deaths_alone: int) -> None:
        """Only deaths beside which nothing else ran are the job's own."""
        if deaths_alone >= self.max_deaths_alone:
            raise CrashedWorker(
                f"the worker died each of the {deaths_alone} times that it ran this job alone"
            )

    def _served(self, name: str) -> Served:
        if name not in self.operations:
            known = ", ".join(sorted(self.operations))
            raise UnsupportedOperation(
                f"operation {name!r} is not served here; this worker does: {known}"
            )
        if self.operations[name].switched_off:
            raise OperationDisabled(f"operation {name!r} is switched off on this worker")
        return self.operations[name]

    def _check_audio(self, uri: ObjectUri) -> None:
        if not self.audio_allowed.admits(uri):
            raise AudioUriRefused(
                f"{uri}: not under a prefix that this worker may read (audio.allowed)"
            )

    def _output_uri(self, text: str | None) -> str:
        prefix = text or self.default_output_uri
        if prefix is None:
            raise OutputUriRefused(
                "the job has no output.uri and this worker has no default (output.default_uri)"
            )
        if not self.output_allowed.admits_prefix(prefix):
            raise OutputUriRefused(
                f"{prefix}: not under a prefix that this worker may write (output.allowed)"
            )
        return prefix


def _model(job: Job, served: Served) -> CatalogueModel:
    name = job.model or served.default_model
    if name not in served.models:
        known = ", ".join(sorted(served.models))
        raise ModelRefused(
            f"model {name!r} is not in this worker's catalogue for {job.operation!r}; "
            f"it has: {known}"
        )
    return served.models[name]
