"""What does the one thread that owns the device do?"""

import threading
from collections.abc import Callable, Collection, Sequence
from queue import Empty, Queue
from typing import Self

from consumer.core.batching import Batch, MicroBatcher
from consumer.core.errors import DeviceDead, Internal, JobError
from consumer.core.offsets import Ticket
from consumer.core.ports import Answer, Instruments, LoadedModel
from consumer.core.work import Prepared, Task
from consumer.core.worth import check_wanted
from consumer.residency import Residency
from consumer.stage import Crashed, admit_everybody

Deliver = Callable[[Prepared, Answer | JobError], None]
"""Takes an answer away from the device; must not block for long."""


class DeviceThread:
    """Owns the models and the micro-batcher: gathers a batch, runs it, hands the answers on."""

    def __init__(
        self,
        batcher: MicroBatcher[Prepared],
        residency: Residency,
        deliver: Deliver,
        instruments: Instruments,
        crashed: Crashed,
        capacity: int,
    ) -> None:
        self._batcher = batcher
        self._residency = residency
        self._deliver = deliver
        self._telemetry = instruments.telemetry
        self._clock = instruments.clock
        self._crashed = crashed
        self._arrivals: Queue[Prepared | None] = Queue(capacity)
        self._running: tuple[Ticket, ...] = ()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="device", daemon=True)

    @property
    def running(self) -> Collection[Ticket]:
        """What is on the device now, or was when it died; may be read by any thread."""
        return self._running

    def put(self, prepared: Prepared) -> None:
        """Queue a recording; waits while the queue is full, to bound the waveforms in memory."""
        self._arrivals.put(prepared)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._closing.set()
        admit_everybody(self._arrivals)
        self._arrivals.put(None)

    def _run(self) -> None:
        try:
            while not self._closing.is_set():
                self._gather()
                self._run_due()
            self._residency.close()
        except BaseException as error:  # noqa: BLE001 - a thread's top
            self._crashed(error)

    def _run_due(self) -> None:
        while not self._closing.is_set():
            batch = self._batcher.next_batch(self._clock.monotonic())
            if batch is None:
                return
            self._run_batch(batch)

    def _gather(self) -> None:
        """Wait for a recording, at most until the oldest one is due; then take all there are."""
        wait = self._batcher.seconds_until_due(self._clock.monotonic())
        try:
            arrival = self._arrivals.get(timeout=wait)
            while arrival is not None:
                self._batcher.add(arrival, arrival.ready_at)
                arrival = self._arrivals.get_nowait()
        except Empty:
            return

    def _run_batch(self, batch: Batch[Prepared]) -> None:
        batch = Batch([item for item in batch.items if self._is_wanted(item)], batch.closed)
        if not batch.items:
            return
        model = self._model(batch.items[0].task)
        started = self._clock.monotonic()
        for prepared in batch.items:
            prepared.task.timings["device_wait"] = started - prepared.ready_at
        if isinstance(model, JobError):  # true for all of them
            answers: Sequence[Answer | JobError] = [model] * len(batch.items)
        else:
            answers = self._answers(model, batch.items)
            self._running = ()
            self._account(batch, self._clock.monotonic() - started)
        for prepared, answer in zip(batch.items, answers, strict=True):
            self._deliver(prepared, answer)

    def _model(self, task: Task) -> LoadedModel | JobError:
        try:
            return self._residency.model(task.job.operation, task.model)
        except DeviceDead:
            raise
        except Exception as error:  # noqa: BLE001 - the jobs of other models go on
            return self._explained(task, error)

    def _account(self, batch: Batch[Prepared], seconds: float) -> None:
        for prepared in batch.items:
            prepared.task.timings["device"] = seconds
        self._telemetry.batch_ran(batch, seconds)

    def _answers(
        self, model: LoadedModel, items: Sequence[Prepared]
    ) -> Sequence[Answer | JobError]:
        """Run a batch, by halves when it fails: only a recording that fails alone has failed.

        Raises `DeviceDead`.
        """
        answers = self._answers_together(model, items)
        if answers is None:
            half = len(items) // 2
            return [*self._answers(model, items[:half]), *self._answers(model, items[half:])]
        return answers

    def _answers_together(
        self, model: LoadedModel, items: Sequence[Prepared]
    ) -> Sequence[Answer | JobError] | None:
        """Run recordings at once; None: they failed, and it is not known which one is to blame.

        The error and its frames, which hold the memory of the device, are gone when this returns.
        """
        self._running = tuple(prepared.task.ticket for prepared in items)
        try:
            return _one_for_each(items, model.run(items))
        except DeviceDead:
            raise
        except Exception as error:  # noqa: BLE001 - a bug that one recording met fails that one
            return [self._explained(items[0].task, error)] if len(items) == 1 else None

    def _explained(self, task: Task, error: Exception) -> JobError:
        if isinstance(error, JobError):
            return error
        self._telemetry.job_crashed(task.ticket, task.job.job_id, error)
        return Internal.of(error)

    def _is_wanted(self, prepared: Prepared) -> bool:
        try:
            check_wanted(prepared.task, self._clock.utc())
        except JobError as error:
            self._deliver(prepared, error)
            return False
        return True


def _one_for_each(
    items: Sequence[Prepared], answers: Sequence[Answer | JobError]
) -> Sequence[Answer | JobError]:
    if len(answers) != len(items):
        raise ValueError(f"{len(answers)} answers for {len(items)} recordings")
    return answers
