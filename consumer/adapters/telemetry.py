"""How does what happened become log lines and figures?"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from consumer.adapters.prometheus import Metrics
from consumer.core.batching import Outline
from consumer.core.device_time import Doing
from consumer.core.errors import JobError
from consumer.core.memory_budget import Unloading
from consumer.core.model import Partition, Record
from consumer.core.offsets import Ticket
from consumer.core.scheduling import Kind
from consumer.core.work import Completion
from schemas.headers import trace_id

log = logging.getLogger("turnstream.worker")


@dataclass(frozen=True, slots=True)
class LogsAndMetrics:
    """The `Telemetry` port: fixed event texts with fields, and figures. Safe from any thread."""

    metrics: Metrics

    def tombstone_skipped(self, record: Record) -> None:
        self.metrics.tombstones.inc()
        log.warning("tombstone skipped: a null value is no job", extra=_position(record))

    def job_settled(self, completion: Completion) -> None:
        self.metrics.jobs.labels(
            completion.operation, completion.status, completion.code or "none"
        ).inc()
        fields = {
            "job_id": completion.job_id,
            "status": completion.status,
            "code": completion.code,
            "attempt": completion.attempt,
            "seconds": round(completion.seconds, 3),
            "trace_id": trace_id(completion.span.traceparent),
            **_position(completion.ticket.record),
        }
        log.info("job settled", extra=fields)

    def late_completion_dropped(self, completion: Completion) -> None:
        self.metrics.late_completions.inc()
        fields = {"job_id": completion.job_id, **_position(completion.ticket.record)}
        log.warning("late completion dropped: the partition is no longer ours", extra=fields)

    def job_put_off(self, completion: Completion, seconds: float) -> None:
        self.metrics.retries.inc()
        fields = {**_setback(completion), "seconds": round(seconds, 1)}
        log.warning("job put off", extra=fields)

    def job_held(self, completion: Completion) -> None:
        self.metrics.held.inc()
        log.warning("job waits for the store", extra=_setback(completion))

    def partition_refused(self, partition: Partition, reason: str) -> None:
        self.metrics.partitions_refused.inc()
        log.error("partition refused", extra={"partition": partition.number, "reason": reason})

    def records_lost(self, partition: Partition, lost: range) -> None:
        self.metrics.records_lost.inc(len(lost))
        fields = {"partition": partition.number, "first": lost.start, "count": len(lost)}
        log.error("records lost: retention removed them before they were answered", extra=fields)

    def job_crashed(self, ticket: Ticket, job_id: str | None, error: Exception) -> None:
        self.metrics.job_crashes.inc()
        fields = {"job_id": job_id, **_position(ticket.record)}
        log.error("job met a bug of this worker", exc_info=error, extra=fields)

    def device_spent(self, doing: Doing, seconds: float) -> None:
        self.metrics.device_seconds.labels(doing).inc(seconds)

    def batch_ran(self, batch: Outline, seconds: float) -> None:
        self.metrics.batch_jobs.labels(batch.closed).observe(batch.jobs)
        self.metrics.batch_seconds.observe(seconds)
        self.metrics.audio_seconds.inc(batch.seconds)
        fields = {
            "jobs": batch.jobs,
            "audio_seconds": round(batch.seconds, 3),
            "seconds": round(seconds, 3),
            "closed": str(batch.closed),
        }
        log.info("batch ran", extra=fields)

    def model_loaded(self, kind: Kind, seconds: float, held_bytes: int) -> None:
        self.metrics.model_load_seconds.observe(seconds)
        fields = {"seconds": round(seconds, 3), "bytes": held_bytes}
        log.info("model loaded", extra={**_model(kind), **fields})

    def model_load_failed(self, kind: Kind, error: Exception) -> None:
        self.metrics.model_load_failures.inc()
        is_bug = not isinstance(error, JobError)
        fields = {**_model(kind), "reason": str(error)}
        log.warning("model cannot be loaded", exc_info=error if is_bug else None, extra=fields)

    def model_unloaded(
        self, kind: Kind, reason: Unloading, seconds: float, returned_bytes: int
    ) -> None:
        self.metrics.model_unloads.labels(reason).inc()
        fields = {"seconds": round(seconds, 3), "returned_bytes": returned_bytes}
        log.info("model unloaded", extra={**_model(kind), "reason": str(reason), **fields})

    def model_unload_failed(self, kind: Kind, error: Exception) -> None:
        log.warning("model failed to unload", exc_info=error, extra=_model(kind))

    def memory_not_returned(self, kind: Kind, missing_bytes: int, all_missing_bytes: int) -> None:
        fields = {"missing_bytes": missing_bytes, "all_missing_bytes": all_missing_bytes}
        log.warning("memory of an unloaded model is still in use", extra={**_model(kind), **fields})

    def models_resident(self, models: int, counted_bytes: int) -> None:
        self.metrics.models_resident.set(models)
        self.metrics.models_bytes.set(counted_bytes)

    def publication_failed(self, problem: str) -> None:
        self.metrics.publication_failures.inc()
        log.warning("publication goes again", extra={"problem": problem})

    def assignment_changed(self, event: str, partitions: Sequence[Partition], held: int) -> None:
        self.metrics.partitions.set(held)
        numbers = [partition.number for partition in partitions]
        # Not named `event`: that is the text itself in a JSON line.
        fields = {"change": event, "partitions": numbers, "held": held}
        log.info("partitions changed", extra=fields)

    def in_flight(self, jobs: int) -> None:
        self.metrics.in_flight.set(jobs)


def _position(record: Record) -> dict[str, object]:
    return {"partition": record.partition.number, "offset": record.offset}


def _model(kind: Kind) -> dict[str, object]:
    operation, model = kind
    return {"operation": operation, "model": model}


def _setback(completion: Completion) -> dict[str, object]:
    fields = {"job_id": completion.job_id, "code": completion.code}
    reason = completion.setback.reason if completion.setback else None
    return {**fields, **_position(completion.ticket.record), "reason": reason}
