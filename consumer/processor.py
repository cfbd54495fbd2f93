"""The main loop: the only code that touches the job stream, on the only thread that may."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from consumer.core.admission import Admission, Load
from consumer.core.lifecycle import Bounds, Lifecycle
from consumer.core.loop_account import LoopAccount
from consumer.core.loop_time import Phase
from consumer.core.model import Partition, Record
from consumer.core.offsets import Ledger, Ticket
from consumer.core.ports import EndOfPartition, Instruments, JobSource
from consumer.core.stages import Stages
from consumer.core.start import Start
from consumer.core.triage import Hold, Publish, PutOff
from consumer.core.work import Completion
from consumer.core.workload import Workload
from consumer.publishing import Publishing

IDLE_POLL_SECONDS = 0.1
BUSY_POLL_SECONDS = 0.005
"""While something is in flight: how late a completion or an outcome may be noticed."""
HAND_BACK_SHARE = 0.2
"""Of the grace: kept for the last results and for handing back what is not finished."""
LEAVE_SHARE = 0.05
"""Of the grace, in the end: kept for leaving the group, which else waits for a session's end."""


@dataclass(slots=True)
class StreamProcessor:
    """Listens to rebalances; owns the source and what becomes of every job in our care."""

    source: JobSource
    stages: Stages
    ledger: Ledger
    publishing: Publishing
    workload: Workload
    admission: Admission
    lifecycle: Lifecycle
    instruments: Instruments
    bounds: Bounds
    refused: dict[Partition, str] = field(default_factory=dict)
    """Partitions that are ours and cannot be served, and why."""
    account: LoopAccount = field(init=False)
    _work_until: float = float("inf")
    _leave_at: float = float("inf")
    """When nothing is waited for any more."""

    def __post_init__(self) -> None:
        self.account = LoopAccount(self.instruments)

    def run(self) -> None:
        """Serve until asked to stop, then drain; closing the source leaves the group."""
        self.source.subscribe(self)
        while self.lifecycle.is_running:
            self.turn()
        self._drain()

    def turn(self) -> None:
        """One turn of the loop. Never blocks longer than a poll."""
        self.account.turn_begins()
        self._admit(self.source.poll(self._patience))
        self.account.spent(Phase.POLL)
        self._settle(self.stages.completions())
        self.account.spent(Phase.SETTLE)
        self.publishing.collect(self.publishing.publisher.outcome(), self._marked)
        if self.publishing.is_due(self.workload.waiting, self.workload.under_way):
            self.publishing.hand_over(self._chosen())
        self.account.spent(Phase.PUBLISH)
        self._regulate()
        self.account.tell(self.ledger, self.workload, self.publishing)
        self.account.spent(Phase.REGULATE)

    def on_assigned(self, starts: Sequence[Start]) -> None:
        """Begin with fresh state, and with what the last owner left."""
        for start in starts:
            self.ledger.begin(start)
            if start.lost:
                self.on_skipped(start.partition, start.lost)
        partitions = [start.partition for start in starts]
        self.instruments.telemetry.assignment_changed("assigned", partitions, len(self.ledger))
        self._regulate()  # they begin unpaused, and records may follow in this very poll

    def on_refused(self, partition: Partition, reason: str) -> None:
        """Serve the others: only a human can know what this one needs."""
        self.refused[partition] = reason
        self.instruments.telemetry.partition_refused(partition, reason)

    def on_skipped(self, partition: Partition, lost: range) -> None:
        """Retention was faster: nobody can answer these any more."""
        self.instruments.telemetry.records_lost(partition, lost)

    def on_revoked(self, partitions: Sequence[Partition]) -> None:
        """Publish what is nearly done, within the bounds, and let go: the next owner does the rest.

        Nobody polls meanwhile.
        """
        self._say_last_words(partitions)
        self._let_go("revoked", partitions)

    def on_lost(self, partitions: Sequence[Partition]) -> None:
        """Somebody else owns them already: publish nothing of theirs."""
        self._let_go("lost", partitions)

    def why_not_ready(self) -> str | None:
        """Say what keeps jobs from being answered; None when nothing does."""
        if not self.lifecycle.is_running:
            return "stopping"
        if self.account.turned_at is None:
            return "starting"
        if self.account.is_joining and not (len(self.ledger) or self.refused):
            return "no partition is assigned yet"
        reasons = (*self.workload.why_not(), *self.publishing.why_not(), *self.refused.values())
        return "; ".join(reasons) or None

    def _admit(self, events: Iterable[Record | EndOfPartition]) -> None:
        for event in events:
            match event:
                case EndOfPartition(partition, offset):
                    self.ledger.reached_end(partition, offset)
                case Record():
                    self._take(self.ledger.admit(event))
                case never:
                    assert_never(never)

    def _take(self, ticket: Ticket | None) -> None:
        if ticket is None:
            return
        if ticket.record.value is None:
            self.instruments.telemetry.tombstone_skipped(ticket.record)
            ticket.finish()
        else:
            self.workload.add(ticket)

    def _settle(self, completions: Iterable[Completion]) -> None:
        """Decide what becomes of the jobs that came back."""
        if self.stages.has_store_answered():
            self.workload.triage.store_answered()
        now = self.instruments.clock.monotonic()
        for completion in completions:
            if not completion.ticket.live:
                self.workload.came_too_late(completion)
                completion.span.given_up()
                self.instruments.telemetry.late_completion_dropped(completion)
                continue
            match self.workload.returned(completion, now):
                case Publish():
                    self.publishing.outbox.add(completion)
                case PutOff(seconds):
                    completion.span.given_up()
                    self.instruments.telemetry.job_put_off(completion, seconds)
                case Hold():
                    completion.span.given_up()
                    self.instruments.telemetry.job_held(completion)

    def _chosen(self) -> Sequence[Ticket]:
        """Choose what starts once its mark is out."""
        return (
            self.workload.choose(self.instruments.clock.monotonic())
            if self.lifecycle.is_running
            else ()
        )

    def _marked(self, tickets: Sequence[Ticket], committed: bool) -> None:
        for ticket in self.workload.marked(tickets, committed):
            self.stages.submit(ticket)

    def _regulate(self) -> None:
        self.instruments.telemetry.in_flight(self._in_flight)
        stages = self.stages
        flow = self.admission.regulate(
            Load(self._in_flight, stages.audio_seconds, stages.held_bytes),
            self.ledger.partitions,
            self.ledger.crowded(),
            self.workload.is_trickling,
        )
        if flow.pause:
            self.source.pause(flow.pause)
        if flow.resume:
            self.source.resume(flow.resume)

    @property
    def _in_flight(self) -> int:
        """Jobs between admission and publication."""
        return self.workload.waiting + self._under_way

    @property
    def _under_way(self) -> int:
        return self.workload.under_way + len(self.publishing)

    @property
    def _patience(self) -> float:
        is_busy = self._in_flight or self.publishing.is_busy
        return BUSY_POLL_SECONDS if is_busy else IDLE_POLL_SECONDS

    def _drain(self) -> None:
        """Finish what is under way, begin nothing new, and poll on, so that the group keeps us."""
        self.admission.close()
        grace = self.lifecycle.grace_seconds
        over_at = self.instruments.clock.monotonic() + grace
        self._leave_at = over_at - grace * LEAVE_SHARE
        self._work_until = over_at - grace * HAND_BACK_SHARE
        while (
            self._under_way
            and self.lifecycle.is_draining
            and self.instruments.clock.monotonic() < self._work_until
        ):
            self.turn()
        self._say_last_words(self.ledger.partitions)

    def _say_last_words(self, partitions: Collection[Partition]) -> None:
        """Publish what has ended or nearly has, and take back the marks of what has not.

        A worker that dies keeps the marks of what it died over.
        """
        if not self.lifecycle.may_publish:
            return
        self.stages.hurry()
        now = self.instruments.clock.monotonic()
        deadline = min(now + self.bounds.revoke_seconds, self._leave_at)
        self.publishing.settle(deadline, self._marked)
        self._await_nearly_done(partitions, deadline)
        kept = self.stages.on_device if self.lifecycle.failure else ()
        self.ledger.hand_back(partitions, kept)
        self.publishing.finish(deadline, self._marked)

    def _await_nearly_done(self, partitions: Collection[Partition], deadline: float) -> None:
        """Leave half of the time to the words themselves."""
        now = self.instruments.clock.monotonic()
        until = min(now + self.bounds.drain_seconds, (now + deadline) / 2, self._work_until)
        while self.instruments.clock.monotonic() < until and any(
            ticket.live and ticket.record.partition in partitions
            for ticket in self.stages.nearly_done
        ):
            self.instruments.clock.sleep(BUSY_POLL_SECONDS)
            self._settle(self.stages.completions())
        self._settle(self.stages.completions())

    def _let_go(self, event: str, partitions: Sequence[Partition]) -> None:
        self.ledger.end(partitions)
        self.admission.forget(partitions)
        self.workload.forget_dead()
        for partition in partitions:
            self.refused.pop(partition, None)
        self.publishing.publisher.withdraw(partitions)
        self.instruments.telemetry.assignment_changed(event, partitions, len(self.ledger))
