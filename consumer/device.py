"""What does the one thread that owns the device do?

Up to two batches are under way and take turns, step by step: while the last windows of one drain,
the next one fills the device, and a long recording never keeps short ones waiting.
"""

import threading
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Self

from consumer.batch_run import BatchRun, Concludable
from consumer.core.batching import Batch, MicroBatcher, Welcome
from consumer.core.device_time import TOLD_SECONDS, Account, Doing, waiting_for
from consumer.core.errors import DeviceDead, Internal, JobError
from consumer.core.offsets import Ticket
from consumer.core.ports import Conclude, Instruments, LoadedModel
from consumer.core.scheduling import Kind, Residents
from consumer.core.steps import refused
from consumer.core.work import Prepared, Task
from consumer.core.worth import check_wanted
from consumer.residency import Residency
from consumer.stage import Crashed
from consumer.waiting_room import WaitingRoom

MOST_UNDER_WAY = 2
"""Batches; of long recordings one, so that there is always a turn for short ones."""

Deliver = Callable[[Task, Conclude], None]
"""Takes away what needs the device no longer; must not block for long."""


class DeviceThread:
    """Owns the models and the micro-batcher: gathers batches, runs them, hands on what is left.

    A kind whose model finds no room beside a long recording waits for it to end, and for one short
    batch more at most: those who pass it meanwhile need no loading, and none of them begins after.
    """

    def __init__(
        self,
        batcher: MicroBatcher[Prepared],
        residency: Residency,
        room: WaitingRoom,
        deliver: Deliver,
        instruments: Instruments,
        crashed: Crashed,
    ) -> None:
        self._batcher = batcher
        self._residency = residency
        self._room = room
        self._deliver = deliver
        self._telemetry = instruments.telemetry
        self._clock = instruments.clock
        self._crashed = crashed
        self._under_way: list[BatchRun] = []
        self._postponed: Kind | None = None
        """Its model found no room beside those in use."""
        self._account = Account(self._telemetry.device_spent, self._clock.monotonic())
        self._hurried = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="device", daemon=True)

    @property
    def running(self) -> Collection[Ticket]:
        """What is on the device now, or was when it died; may be read by any thread."""
        return tuple(ticket for run in tuple(self._under_way) for ticket in run.tickets)

    def hurry(self) -> None:
        """Let what is ready begin without waiting for company; safe from any thread."""
        self._hurried.set()
        self._room.wake()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._closing.set()
        self._room.close()
        self._room.wake()

    def _run(self) -> None:
        try:
            self._spent(Doing.NOTHING)
            self._residency.warm_up()
            self._spent(Doing.LOADING)
            while not self._closing.is_set():
                self._gather()
                self._begin()
                self._take_turns()
            self._close()
        except BaseException as error:  # noqa: BLE001 - a thread's top
            self._crashed(error)

    def _gather(self) -> None:
        """Take all there are; with nothing to do, wait until there is."""
        waiting = waiting_for(not self._batcher.is_empty, self._room.is_expecting)
        for prepared in self._room.take(self._patience()):
            self._line_up(prepared)
        if not self._under_way:
            self._spent(waiting)
        self._residency.unload_idle(self._clock.monotonic(), self._in_use)

    def _spent(self, doing: Doing) -> None:
        self._account.spent(doing, self._clock.monotonic())

    def _patience(self) -> float:
        """Return when something is to be done even if nobody comes, in seconds."""
        if self._under_way or self._postponed:
            return 0.0
        now = self._clock.monotonic()
        due = self._batcher.seconds_until_due(now), self._residency.seconds_until_idle(now)
        return min((TOLD_SECONDS, *(seconds for seconds in due if seconds is not None)))

    def _line_up(self, prepared: Prepared) -> None:
        self._batcher.add(prepared, prepared.ready_at)

    def _begin(self) -> None:
        """Begin what may be under way now; who found no room before comes before any other."""
        hurry = self._hurried.is_set()
        if self._takes_another and (postponed := self._postponed):
            self._postponed = None
            self._begin_next(Welcome(self._has_long, {postponed}), hurry)
        while self._takes_another and self._begin_next(self._welcome, hurry):
            pass
        if hurry and self._takes_another:  # who hurries us from here on is heard in the next turn
            self._hurried.clear()

    @property
    def _takes_another(self) -> bool:
        is_shared = not any(run.wants_to_be_alone for run in self._under_way)
        return is_shared and len(self._under_way) < MOST_UNDER_WAY

    @property
    def _has_long(self) -> bool:
        return any(run.outline.is_long for run in self._under_way)

    @property
    def _welcome(self) -> Welcome:
        if self._postponed is None:
            return Welcome(self._has_long)
        # Whoever passes after the long recording has ended would only be one more to wait for.
        return Welcome(no_long=True, only=self._residency.resident if self._has_long else ())

    def _begin_next(self, welcome: Welcome, hurry: bool) -> bool:
        """Begin a batch of those who are welcome; False: there is none."""
        now, residency = self._clock.monotonic(), self._residency
        residents = Residents(residency.resident, residency.switch_seconds)
        batch = self._batcher.next_batch(now, residents, welcome, hurry)
        if batch is None:
            return False
        wanted = [item for item in batch.items if self._is_wanted(item)]
        if wanted:
            self._begin_batch(replace(batch, items=wanted))
        return True

    def _take_turns(self) -> None:
        """Take one step of each batch; those that want to be alone hold nothing meanwhile."""
        sociable = [run for run in self._under_way if not run.wants_to_be_alone]
        turns = sociable or self._under_way[:1]
        for run in turns:
            self._take_turn(run, is_alone=len(turns) == 1)
        if turns:
            self._spent(Doing.BUSY)

    def _take_turn(self, run: BatchRun, is_alone: bool) -> None:
        """Take one step; what is done with is in no frame when the next one is taken."""
        for concludable in run.go_on(is_alone):
            self._let_go(run, concludable)
        if run.is_over:
            self._under_way.remove(run)
            self._telemetry.batch_ran(run.outline, self._clock.monotonic() - run.began_at)

    @property
    def _in_use(self) -> Collection[Kind]:
        return {run.kind for run in self._under_way}

    def _begin_batch(self, batch: Batch[Prepared]) -> None:
        kind = batch.kind
        is_new = kind not in self._residency.resident
        model = self._model(batch.items[0])
        if is_new:
            self._spent(Doing.LOADING)
        now = self._clock.monotonic()
        if model is None:
            self._postponed = kind
            for prepared in batch.items:
                self._line_up(prepared)
            return
        for prepared in batch.items:
            prepared.task.timings["device_wait"] = now - prepared.ready_at
        if isinstance(model, JobError):  # true for all of them
            for prepared in batch.items:
                self._hand_on(prepared, refused(model))
            return

        def make_room() -> bool:
            return self._residency.evict_others(kind, self._in_use)

        self._under_way.append(BatchRun(batch, model, now, make_room, self._telemetry))

    def _model(self, prepared: Prepared) -> LoadedModel | JobError | None:
        """Return the model, or why there is none; None: it has no room beside those in use."""
        task = prepared.task
        try:
            return self._residency.model(task.job.operation, task.model, self._in_use)
        except DeviceDead:
            raise
        except JobError as error:
            return error.bare()  # its frames hold what was half loaded
        except Exception as error:  # noqa: BLE001 - the jobs of other models go on
            self._telemetry.job_crashed(task.ticket, task.job.job_id, error)
            return Internal.of(error)

    def _let_go(self, run: BatchRun, concludable: Concludable) -> None:
        prepared, conclude = concludable
        prepared.task.timings["device"] = self._clock.monotonic() - run.began_at
        self._hand_on(prepared, conclude)

    def _hand_on(self, prepared: Prepared, conclude: Conclude) -> None:
        """Let the samples go: what is left to do needs them no longer."""
        self._room.leave(prepared)
        self._deliver(prepared.task, conclude)

    def _is_wanted(self, prepared: Prepared) -> bool:
        try:
            check_wanted(prepared.task, self._clock.utc())
        except JobError as error:
            self._hand_on(prepared, refused(error))
            return False
        return True

    def _close(self) -> None:
        for run in self._under_way:
            run.close()
        self._residency.close()
