"""What happens to a job between its admission and the messages about its end?

fetch -> device -> store, each with its own threads and a bounded queue. The main thread puts
records in and takes completions out; it never waits here.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Self, TypeVar

from consumer.archive import Archive, Kept
from consumer.claims import Claims
from consumer.core.batching import BatchPolicy, MicroBatcher
from consumer.core.errors import Internal, JobError
from consumer.core.intake import Intake, Refusal
from consumer.core.offsets import Ticket
from consumer.core.ports import Answer, Instruments, Operation
from consumer.core.reporting import Reporter
from consumer.core.work import Completion, Prepared, Task
from consumer.device import DeviceThread
from consumer.fetching import Fetcher
from consumer.residency import Residency
from consumer.stage import Crashed, Stage
from consumer.storing import store_answer

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class PipelineSize:
    """How much may be under way at once."""

    max_in_flight_jobs: int
    fetch_threads: int
    store_threads: int
    batches: BatchPolicy


@dataclass(frozen=True, slots=True)
class Parts:
    """What the stages work with."""

    intake: Intake
    fetcher: Fetcher
    archive: Archive
    claims: Claims
    operations: Mapping[str, Operation]
    residency: Residency
    reporter: Reporter
    instruments: Instruments


class Pipeline:
    """Owns the stages and their threads.

    Every submitted ticket comes back as exactly one completion.
    """

    def __init__(self, parts: Parts, size: PipelineSize, crashed: Crashed) -> None:
        self._parts = parts
        self._clock = parts.instruments.clock
        self._telemetry = parts.instruments.telemetry
        self._done: SimpleQueue[Completion] = SimpleQueue()
        self._in_flight = 0
        room = size.max_in_flight_jobs
        self._fetching: Stage[Task] = Stage("fetch", size.fetch_threads, 0, self._fetch, crashed)
        self._storing: Stage[tuple[Prepared, Answer]] = Stage(
            "store", size.store_threads, room, self._store, crashed
        )
        self._device = DeviceThread(
            MicroBatcher(size.batches),
            parts.residency,
            self._take_answer,
            parts.instruments,
            crashed,
            capacity=size.batches.max_jobs,
        )
        self._running = ExitStack()

    @property
    def in_flight(self) -> int:
        """Tickets submitted and not yet taken out again."""
        return self._in_flight

    def submit(self, ticket: Ticket) -> None:
        """Start on a record; never waits, since admission bounds what is in flight."""
        self._in_flight += 1
        match self._parts.intake.read(ticket):
            case Refusal() as refusal:
                self._done.put(self._parts.reporter.refused(refusal, self._clock.utc()))
            case Task() as task:
                task.timings["queued"] = self._queued_seconds(ticket)
                self._fetching.put(task)

    def completions(self) -> Iterator[Completion]:
        """Take out what has ended, without waiting."""
        while True:
            try:
                completion = self._done.get_nowait()
            except Empty:
                return
            self._in_flight -= 1
            yield completion

    def __enter__(self) -> Self:
        for stage in (self._storing, self._device, self._fetching):
            self._running.enter_context(stage)
        return self

    def __exit__(self, *_exception: object) -> None:
        self._running.close()

    def _fetch(self, task: Task) -> None:
        match self._attempt(task, lambda: self._parts.fetcher.fetch(task)):
            case Kept() as kept:
                self._succeed(task, kept, reused=True)
            case Prepared() as prepared:
                self._device.put(prepared)

    def _take_answer(self, prepared: Prepared, answer: Answer | JobError) -> None:
        if isinstance(answer, JobError):
            self._fail(prepared.task, answer)
        else:
            self._storing.put((prepared, answer))

    def _store(self, item: tuple[Prepared, Answer]) -> None:
        prepared, answer = item
        task, started = prepared.task, self._clock.monotonic()
        version = self._parts.operations[task.job.operation].engine_version
        kept = self._attempt(
            task, lambda: store_answer(self._parts.archive, prepared, answer, version)
        )
        task.timings["store"] = self._clock.monotonic() - started
        if kept is not None:
            self._succeed(task, kept, reused=False)

    def _attempt(self, task: Task, work: Callable[[], Made]) -> Made | None:
        """Do a stage's work for one job; whatever goes wrong ends that job alone."""
        try:
            return work()
        except JobError as error:
            self._fail(task, error)
        except Exception as error:  # noqa: BLE001 - the top of a stage: the other jobs go on
            self._telemetry.job_crashed(task, error)
            self._fail(task, Internal.of(error))
        return None

    def _succeed(self, task: Task, kept: Kept, reused: bool) -> None:
        now = self._clock.utc()
        self._end(
            task, self._parts.reporter.succeeded(task, kept.stored, kept.outputs, reused, now)
        )

    def _fail(self, task: Task, error: JobError) -> None:
        self._end(task, self._parts.reporter.failed(task, error, self._clock.utc()))

    def _end(self, task: Task, completion: Completion) -> None:
        """Let the tasks that waited for the same result look for it now."""
        self._done.put(completion)
        if task.fingerprint is not None:
            for twin in self._parts.claims.release(task.key):
                self._fetching.put(twin)

    def _queued_seconds(self, ticket: Ticket) -> float:
        arrived = ticket.record.timestamp_ms / 1000
        return max(0.0, self._clock.utc().timestamp() - arrived) if arrived > 0 else 0.0
