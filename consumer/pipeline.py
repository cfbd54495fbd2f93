"""What happens to a job between its admission and the messages about its end?

fetch -> device -> cluster -> store, each with its own threads and a bounded queue. The main thread
puts records in and takes completions out; it never waits here.
"""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Self

from consumer.archive import Archive, Kept
from consumer.claims import Claims
from consumer.core.batching import BatchPolicy, MicroBatcher
from consumer.core.errors import DeviceDead, Internal, JobError
from consumer.core.intake import Intake, Refusal
from consumer.core.offsets import Ticket
from consumer.core.ports import Answer, Conclude, Instruments, Operation
from consumer.core.reporting import Reporter
from consumer.core.scheduling import Stickiness, StickyChoice
from consumer.core.stage_time import done, ended
from consumer.core.under_way import UnderWay
from consumer.core.work import Completion, Prepared, Task
from consumer.device import DeviceThread
from consumer.fetching import Fetcher
from consumer.residency import Residency
from consumer.stage import Crashed, Stage
from consumer.storing import store_answer
from consumer.waiting_room import WaitingRoom


@dataclass(frozen=True, slots=True)
class PipelineSize:
    """How much may be under way at once."""

    max_in_flight_jobs: int
    max_held_bytes: int
    """Of decoded samples; each fetch thread may hold one recording more that waits for room."""
    fetch_threads: int
    cluster_threads: int
    store_threads: int
    batches: BatchPolicy
    stickiness: Stickiness


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
        self._under_way = UnderWay()
        room = size.max_in_flight_jobs
        self._fetching: Stage[Task] = Stage("fetch", size.fetch_threads, 0, self._fetch, crashed)
        self._concluding: Stage[tuple[Task, Conclude]] = Stage(
            "cluster", size.cluster_threads, room, self._conclude, crashed
        )
        self._storing: Stage[tuple[Task, Answer]] = Stage(
            "store", size.store_threads, room, self._store, crashed
        )
        self._room = WaitingRoom(room, size.max_held_bytes)
        self._device = DeviceThread(
            MicroBatcher(size.batches, StickyChoice(size.stickiness)),
            parts.residency,
            self._room,
            lambda *concludable: self._concluding.put(concludable),
            parts.instruments,
            crashed,
        )
        self._running = ExitStack()
        self._downloaded = threading.Event()

    @property
    def on_device(self) -> Collection[Ticket]:
        """What is on the device now, or was when it died."""
        return self._device.running

    @property
    def nearly_done(self) -> Collection[Ticket]:
        """What is on the device or has been there: the dear part of the work is done soon."""
        return self._under_way.nearly_done

    @property
    def audio_seconds(self) -> float:
        """Of all jobs under way, as far as it is known."""
        return self._under_way.audio_seconds

    @property
    def held_bytes(self) -> int:
        """Of decoded samples in memory."""
        return self._room.held_bytes

    def hurry(self) -> None:
        """Let what is ready begin without waiting for company."""
        self._device.hurry()

    def has_store_answered(self) -> bool:
        """Whether a download has succeeded since this was last asked."""
        answered = self._downloaded.is_set()
        self._downloaded.clear()
        return answered

    def submit(self, ticket: Ticket) -> None:
        """Start on a record; never waits, since admission bounds what is in flight."""
        match self._read(ticket):
            case Refusal() as refusal:
                self._under_way.begin(ticket, None)
                self._done.put(self._parts.reporter.refused(refusal, self._clock.utc()))
            case Task() as task:
                self._under_way.begin(ticket, task)
                self._fetching.put(task)

    def completions(self) -> Iterator[Completion]:
        """Take out what has ended, without waiting."""
        while True:
            try:
                completion = self._done.get_nowait()
            except Empty:
                return
            self._under_way.end(completion.ticket)
            yield completion

    def __enter__(self) -> Self:
        for stage in (self._storing, self._concluding, self._device, self._fetching):
            self._running.enter_context(stage)
        return self

    def __exit__(self, *_exception: object) -> None:
        self._running.close()

    def _read(self, ticket: Ticket) -> Task | Refusal:
        """Read the record; one that meets a bug here would else end every worker of the group."""
        try:
            return self._parts.intake.read(ticket)
        except Exception as error:  # noqa: BLE001 - the record ends, the worker goes on
            self._telemetry.job_crashed(ticket, None, error)
            return Refusal(ticket, Internal.of(error))

    def _fetch(self, task: Task) -> None:
        def fetched() -> Completion | None:
            match self._parts.fetcher.fetch(task):
                case Kept() as kept:
                    return self._succeeded(task, kept, reused=True)
                case Prepared() as prepared:
                    self._downloaded.set()
                    self._room.enter(prepared)
            return None

        with self._room.expected():
            self._run(task, fetched)

    def _conclude(self, concludable: tuple[Task, Conclude]) -> None:
        task, conclude = concludable

        def concluded() -> None:
            answer = conclude()
            done(task, "cluster", self._clock.monotonic())
            self._storing.put((task, answer))

        self._run(task, concluded)

    def _store(self, item: tuple[Task, Answer]) -> None:
        task, answer = item

        def stored() -> Completion:
            version = self._parts.operations[task.job.operation].engine_version
            kept = store_answer(self._parts.archive, task, answer, version)
            return self._succeeded(task, kept, reused=False)

        self._run(task, stored)

    def _run(self, task: Task, work: Callable[[], Completion | None]) -> None:
        """Do a stage's work for one job; whatever goes wrong ends that job alone."""
        completion = self._ended(task, work)
        if completion is None:
            return  # another stage, or the twin whose result it waits for, goes on
        self._done.put(completion)
        if task.fingerprint is not None:
            for twin in self._parts.claims.release(task.key):
                self._fetching.put(twin)

    def _ended(self, task: Task, work: Callable[[], Completion | None]) -> Completion | None:
        try:
            return self._answered(task, work)
        except DeviceDead:
            raise
        except Exception as error:  # noqa: BLE001 - not even its failure can be told in full
            job, bug = task.job, self._bug(task, error)
            refusal = Refusal(task.ticket, bug, None, job.job_id, job.operation)
            return self._parts.reporter.refused(refusal, self._clock.utc())

    def _answered(self, task: Task, work: Callable[[], Completion | None]) -> Completion | None:
        try:
            return work()
        except DeviceDead:
            raise
        except JobError as error:
            failure = error
        except Exception as error:  # noqa: BLE001 - the top of a stage: the other jobs go on
            failure = self._bug(task, error)
        return self._failed(task, failure)

    def _bug(self, task: Task, error: Exception) -> JobError:
        self._telemetry.job_crashed(task.ticket, task.job.job_id, error)
        return Internal.of(error)

    def _succeeded(self, task: Task, kept: Kept, reused: bool) -> Completion:
        ended(task, self._clock.monotonic())
        now = self._clock.utc()
        return self._parts.reporter.succeeded(task, kept.stored, kept.outputs, reused, now)

    def _failed(self, task: Task, error: JobError) -> Completion:
        ended(task, self._clock.monotonic())
        return self._parts.reporter.failed(task, error, self._clock.utc())
