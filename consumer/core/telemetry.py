"""What is worth knowing about a worker, for logs and metrics?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from consumer.core.batching import Outline
from consumer.core.device_time import Doing
from consumer.core.ending import Ending
from consumer.core.loop_time import Phase
from consumer.core.memory_budget import Unloading
from consumer.core.model import Partition, Record
from consumer.core.offsets import Ticket
from consumer.core.scheduling import Kind
from consumer.core.standing import Standing
from consumer.core.work import Completion


class Telemetry(Protocol):
    """Where the loop and the stages report what happened; it never decides anything."""

    def tombstone_skipped(self, record: Record) -> None:
        """A null value is no job: skipped, counted, warned about."""

    def job_settled(self, completion: Completion, now: datetime) -> None:
        """Its result is out."""

    def late_completion_dropped(self, completion: Completion) -> None:
        """Its assignment ended meanwhile; the next owner answers the job."""

    def job_put_off(self, completion: Completion, seconds: float) -> None:
        """It failed, and is tried again after so many seconds."""

    def job_held(self, completion: Completion) -> None:
        """A store is out: the job waits for it, and no attempt is spent."""

    def partition_refused(self, partition: Partition, reason: str) -> None:
        """It is ours and cannot be served: somebody has to look."""

    def records_lost(self, partition: Partition, lost: range) -> None:
        """Retention removed these offsets before they were answered."""

    def job_crashed(self, ticket: Ticket, job_id: str | None, error: Exception) -> None:
        """A bug of ours, met by one job; the traceback belongs in the log."""

    def batch_ran(self, batch: Outline, seconds: float) -> None: ...
    def device_spent(self, doing: Doing, seconds: float) -> None: ...
    def model_loaded(self, kind: Kind, seconds: float, held_bytes: int) -> None: ...
    def model_load_failed(self, kind: Kind, error: Exception) -> None:
        """Its jobs are told apart from this: nobody may have asked for it yet."""

    def model_unloaded(
        self, kind: Kind, reason: Unloading, seconds: float, returned_bytes: int
    ) -> None: ...
    def model_unload_failed(self, kind: Kind, error: Exception) -> None:
        """Its `unload` met a bug; it is gone all the same, with or without its memory."""

    def memory_not_returned(self, kind: Kind, missing_bytes: int, all_missing_bytes: int) -> None:
        """A model has gone and most of its memory is still in use; `all` that ever went missing."""

    def models_resident(self, models: int, counted_bytes: int) -> None:
        """So many are loaded, and so much memory counts as theirs."""

    def publication_failed(self, problem: str) -> None: ...
    def publication_ended(self, ending: Ending, seconds: float) -> None:
        """One way or the other, so long after it was handed over."""

    def assignment_changed(
        self, event: str, partitions: Sequence[Partition], held: int
    ) -> None: ...
    def in_flight(self, jobs: int) -> None: ...
    def loop_spent(self, phase: Phase, seconds: float) -> None: ...
    def stands(self, standing: Standing) -> None:
        """Where the worker stands, about once a second."""
