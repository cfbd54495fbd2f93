"""How does a test see what the loop and the stages report?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

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


@dataclass(slots=True)
class RecordingTelemetry:
    """The `Telemetry` port in lists."""

    tombstones: list[Record] = field(default_factory=list)
    settled: list[Completion] = field(default_factory=list)
    late: list[Completion] = field(default_factory=list)
    crashes: list[Exception] = field(default_factory=list)
    batches: list[Outline] = field(default_factory=list)
    spent: dict[Doing, float] = field(default_factory=dict)
    loads: list[str] = field(default_factory=list)
    failed_loads: list[tuple[str, Exception]] = field(default_factory=list)
    unloads: list[tuple[str, Unloading, int]] = field(default_factory=list)
    unload_seconds: list[float] = field(default_factory=list)
    failed_unloads: list[tuple[str, Exception]] = field(default_factory=list)
    missing: list[tuple[str, int, int]] = field(default_factory=list)
    residents: tuple[int, int] = (0, 0)
    problems: list[str] = field(default_factory=list)
    put_off: list[tuple[Completion, float]] = field(default_factory=list)
    held: list[Completion] = field(default_factory=list)
    refused: list[tuple[Partition, str]] = field(default_factory=list)
    lost: list[tuple[Partition, range]] = field(default_factory=list)
    assignments: list[tuple[str, tuple[Partition, ...], int]] = field(default_factory=list)
    most_in_flight: int = 0
    endings: list[tuple[Ending, float]] = field(default_factory=list)
    loop: dict[Phase, float] = field(default_factory=dict)
    standings: list[Standing] = field(default_factory=list)

    def tombstone_skipped(self, record: Record) -> None:
        self.tombstones.append(record)

    def job_settled(self, completion: Completion, now: datetime) -> None:
        self.settled.append(completion)

    def late_completion_dropped(self, completion: Completion) -> None:
        self.late.append(completion)

    def job_put_off(self, completion: Completion, seconds: float) -> None:
        self.put_off.append((completion, seconds))

    def job_held(self, completion: Completion) -> None:
        self.held.append(completion)

    def partition_refused(self, partition: Partition, reason: str) -> None:
        self.refused.append((partition, reason))

    def records_lost(self, partition: Partition, lost: range) -> None:
        self.lost.append((partition, lost))

    def job_crashed(self, ticket: Ticket, job_id: str | None, error: Exception) -> None:
        self.crashes.append(error)

    def device_spent(self, doing: Doing, seconds: float) -> None:
        self.spent[doing] = self.spent.get(doing, 0.0) + seconds

    def batch_ran(self, batch: Outline, seconds: float) -> None:
        self.batches.append(batch)

    def model_loaded(self, kind: Kind, seconds: float, held_bytes: int) -> None:
        self.loads.append(kind[1])

    def model_load_failed(self, kind: Kind, error: Exception) -> None:
        self.failed_loads.append((kind[1], error))

    def model_unloaded(
        self, kind: Kind, reason: Unloading, seconds: float, returned_bytes: int
    ) -> None:
        self.unloads.append((kind[1], reason, returned_bytes))
        self.unload_seconds.append(seconds)

    def model_unload_failed(self, kind: Kind, error: Exception) -> None:
        self.failed_unloads.append((kind[1], error))

    def memory_not_returned(self, kind: Kind, missing_bytes: int, all_missing_bytes: int) -> None:
        self.missing.append((kind[1], missing_bytes, all_missing_bytes))

    def models_resident(self, models: int, counted_bytes: int) -> None:
        self.residents = (models, counted_bytes)

    def publication_failed(self, problem: str) -> None:
        self.problems.append(problem)

    def assignment_changed(self, event: str, partitions: Sequence[Partition], held: int) -> None:
        self.assignments.append((event, tuple(partitions), held))

    def in_flight(self, jobs: int) -> None:
        self.most_in_flight = max(self.most_in_flight, jobs)

    def publication_ended(self, ending: Ending, seconds: float) -> None:
        self.endings.append((ending, seconds))

    def loop_spent(self, phase: Phase, seconds: float) -> None:
        self.loop[phase] = self.loop.get(phase, 0.0) + seconds

    def stands(self, standing: Standing) -> None:
        self.standings.append(standing)
