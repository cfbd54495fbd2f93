"""How does what happened become log lines and figures?"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from consumer.adapters.prometheus import Metrics
from consumer.core.batching import Outline
from consumer.core.device_time import Doing
from consumer.core.ending import Ending
from consumer.core.errors import JobError
from consumer.core.loop_time import Phase
from consumer.core.memory_budget import Unloading
from consumer.core.model import Partition, Record
from consumer.core.offsets import Ticket
from consumer.core.scheduling import Kind
from consumer.core.stage_time import seconds_by_stage, seconds_in_all
from consumer.core.standing import Standing, WaitingFor
from consumer.core.work import Completion
from schemas.headers import trace_id

log = logging.getLogger("turnstream.worker")


@dataclass(frozen=True, slots=True)
class LogsAndMetrics:
    """The `Telemetry` port: fixed event texts with fields, and figures. Safe from any thread."""

    metrics: Metrics
    moved: Callable[[], object] = lambda: None
    """Told of whatever shows that jobs come forward."""

    def tombstone_skipped(self, record: Record) -> None:
        self.metrics.jobs.tombstones.inc()
        log.warning("tombstone skipped: a null value is no job", extra=_position(record))

    def job_settled(self, completion: Completion, now: datetime) -> None:
        self._count_end(completion, now)
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
        self.metrics.jobs.late_completions.inc()
        fields = {"job_id": completion.job_id, **_position(completion.ticket.record)}
        log.warning("late completion dropped: the partition is no longer ours", extra=fields)

    def job_put_off(self, completion: Completion, seconds: float) -> None:
        self.metrics.jobs.retries.inc()
        fields = {**_setback(completion), "seconds": round(seconds, 1)}
        log.warning("job put off", extra=fields)

    def job_held(self, completion: Completion) -> None:
        self.metrics.jobs.held.inc()
        log.warning("job waits for the store", extra=_setback(completion))

    def partition_refused(self, partition: Partition, reason: str) -> None:
        self.metrics.delivery.partitions_refused.inc()
        log.error("partition refused", extra={"partition": partition.number, "reason": reason})

    def records_lost(self, partition: Partition, lost: range) -> None:
        self.metrics.delivery.records_lost.inc(len(lost))
        fields = {"partition": partition.number, "first": lost.start, "count": len(lost)}
        log.error("records lost: retention removed them before they were answered", extra=fields)

    def job_crashed(self, ticket: Ticket, job_id: str | None, error: Exception) -> None:
        self.metrics.jobs.crashes.inc()
        fields = {"job_id": job_id, **_position(ticket.record)}
        log.error("job met a bug of this worker", exc_info=error, extra=fields)

    def device_spent(self, doing: Doing, seconds: float) -> None:
        self.metrics.device.seconds.labels(doing).inc(seconds)
        if doing in (Doing.BUSY, Doing.LOADING):
            self.moved()

    def batch_ran(self, batch: Outline, seconds: float) -> None:
        device, (operation, _) = self.metrics.device, batch.kind
        device.batch_jobs.labels(batch.closed).observe(batch.jobs)
        device.batch_audio_seconds.labels(batch.closed).observe(batch.seconds)
        device.batch_seconds.observe(seconds)
        device.audio_seconds.labels(operation).inc(batch.seconds)
        self.metrics.backlog.pace.ran(batch.jobs, batch.seconds)
        fields = {
            "jobs": batch.jobs,
            "audio_seconds": round(batch.seconds, 3),
            "seconds": round(seconds, 3),
            "closed": str(batch.closed),
        }
        log.info("batch ran", extra=fields)

    def model_loaded(self, kind: Kind, seconds: float, held_bytes: int) -> None:
        self.metrics.device.load_seconds.labels(kind[1]).observe(seconds)
        fields = {"seconds": round(seconds, 3), "bytes": held_bytes}
        log.info("model loaded", extra={**_model(kind), **fields})

    def model_load_failed(self, kind: Kind, error: Exception) -> None:
        self.metrics.device.load_failures.labels(kind[1]).inc()
        is_bug = not isinstance(error, JobError)
        fields = {**_model(kind), "reason": str(error)}
        log.warning("model cannot be loaded", exc_info=error if is_bug else None, extra=fields)

    def model_unloaded(
        self, kind: Kind, reason: Unloading, seconds: float, returned_bytes: int
    ) -> None:
        self.metrics.device.unloads.labels(kind[1], reason).inc()
        fields = {"seconds": round(seconds, 3), "returned_bytes": returned_bytes}
        log.info("model unloaded", extra={**_model(kind), "reason": str(reason), **fields})

    def model_unload_failed(self, kind: Kind, error: Exception) -> None:
        log.warning("model failed to unload", exc_info=error, extra=_model(kind))

    def memory_not_returned(self, kind: Kind, missing_bytes: int, all_missing_bytes: int) -> None:
        fields = {"missing_bytes": missing_bytes, "all_missing_bytes": all_missing_bytes}
        log.warning("memory of an unloaded model is still in use", extra={**_model(kind), **fields})

    def models_resident(self, models: int, counted_bytes: int) -> None:
        self.metrics.device.resident.set(models)
        self.metrics.device.bytes.set(counted_bytes)

    def publication_failed(self, problem: str) -> None:
        self.metrics.delivery.publication_failures.inc()
        log.warning("publication goes again", extra={"problem": problem})

    def assignment_changed(self, event: str, partitions: Sequence[Partition], held: int) -> None:
        self.metrics.delivery.partitions.set(held)
        self.metrics.delivery.rebalances.labels(event).inc()
        numbers = [partition.number for partition in partitions]
        # Not named `event`: that is the text itself in a JSON line.
        fields = {"change": event, "partitions": numbers, "held": held}
        log.info("partitions changed", extra=fields)

    def publication_ended(self, ending: Ending, seconds: float) -> None:
        self.metrics.delivery.transactions.labels(ending).inc()
        self.metrics.delivery.transaction_seconds.observe(seconds)

    def in_flight(self, jobs: int) -> None:
        self.metrics.jobs.in_flight.set(jobs)

    def loop_spent(self, phase: Phase, seconds: float) -> None:
        self.metrics.delivery.loop_seconds.labels(phase).inc(seconds)

    def stands(self, standing: Standing) -> None:
        if not standing.is_working:
            self.moved()
        self.metrics.backlog.stands(standing)
        for reason in WaitingFor:
            self.metrics.jobs.waiting.labels(reason).set(standing.waiting.get(reason, 0))
        self.metrics.jobs.trickling.set(standing.is_trickling)
        self.metrics.delivery.breaker_open.set(standing.breaker_open)

    def _count_end(self, completion: Completion, now: datetime) -> None:
        jobs, code = self.metrics.jobs, completion.code or "none"
        jobs.ended.labels(completion.operation, completion.status, code).inc()
        if completion.status == "failed":
            jobs.dead_letters.labels(code).inc()
        for stage, seconds in seconds_by_stage(completion, now).items():
            jobs.stage_seconds.labels(stage).observe(seconds)
        jobs.seconds.labels(completion.operation).observe(seconds_in_all(completion, now))
        self.moved()


def _position(record: Record) -> dict[str, object]:
    return {"partition": record.partition.number, "offset": record.offset}


def _model(kind: Kind) -> dict[str, object]:
    operation, model = kind
    return {"operation": operation, "model": model}


def _setback(completion: Completion) -> dict[str, object]:
    fields = {"job_id": completion.job_id, "code": completion.code}
    reason = completion.setback.reason if completion.setback else None
    return {**fields, **_position(completion.ticket.record), "reason": reason}
