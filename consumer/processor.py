"""The main loop: the only code that touches the job stream, on the only thread that may."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, assert_never

from consumer.core.admission import Admission, Flow
from consumer.core.lifecycle import Lifecycle
from consumer.core.model import Partition, Publication, Record
from consumer.core.offsets import Ledger, Ticket
from consumer.core.ports import Clock, JobSource, Outcome, Publisher, Telemetry
from consumer.core.work import Completion

IDLE_POLL_SECONDS = 0.1
BUSY_POLL_SECONDS = 0.01
"""While something is in flight: how late a completion or an outcome may be noticed."""
RETRY_SECONDS = 1.0
"""After a publication that failed: a broker that refuses at once is not asked again at once."""


class Stages(Protocol):
    """Everything between an admitted record and the messages about its end."""

    @property
    def in_flight(self) -> int: ...
    def submit(self, ticket: Ticket) -> None: ...
    def completions(self) -> Iterable[Completion]: ...


@dataclass(slots=True)
class StreamProcessor:
    """Listens to rebalances; owns the source, the ledger of offsets and what is to be published."""

    source: JobSource
    stages: Stages
    publisher: Publisher
    admission: Admission
    lifecycle: Lifecycle
    telemetry: Telemetry
    clock: Clock
    revoke_seconds: float
    """How long a revocation may wait for the last publication: well under max.poll.interval."""
    ledger: Ledger = field(default_factory=Ledger)
    turned_at: float | None = None
    """When the last turn began, on the monotonic clock; None before the first."""
    _settled: list[Completion] = field(default_factory=list)
    _publishing: tuple[Completion, ...] | None = None
    _publish_at: float = 0.0
    """Not before; moved on by failures."""

    def run(self) -> None:
        """Serve until asked to stop, then drain and leave the group."""
        self.source.subscribe(self)
        while self.lifecycle.is_running:
            self.turn()
        self._drain()

    def turn(self) -> None:
        """One turn of the loop. Never blocks longer than a poll."""
        self.turned_at = self.clock.monotonic()
        self._admit(self.source.poll(self._patience()))
        self._settle(self.stages.completions())
        self._collect(self.publisher.outcome())
        self._publish()
        self._regulate()

    def on_assigned(self, partitions: Sequence[Partition]) -> None:
        """Begin with fresh state; librdkafka kept the pause of a partition that comes back."""
        self.ledger.begin(partitions)
        self.telemetry.assignment_changed("assigned", partitions, len(self.ledger))
        if self.admission.paused:
            self.source.pause()
        else:
            self.source.resume()

    def on_revoked(self, partitions: Sequence[Partition]) -> None:
        """Publish what is finished, within the bound, and let go: the next owner does the rest."""
        self._settle(self.stages.completions())
        self._finish_publishing()
        self._let_go("revoked", partitions)

    def on_lost(self, partitions: Sequence[Partition]) -> None:
        """Somebody else owns them already: publish nothing of theirs."""
        self._let_go("lost", partitions)

    def _admit(self, records: Iterable[Record]) -> None:
        for record in records:
            ticket = self.ledger.admit(record)
            if ticket is None:
                continue
            if record.value is None:
                self.telemetry.tombstone_skipped(record)
                ticket.finish()
            else:
                self.stages.submit(ticket)

    def _settle(self, completions: Iterable[Completion]) -> None:
        self._settled.extend(completions)

    def _collect(self, outcome: Outcome | None) -> None:
        """Note how the last publication ended; what did not go out goes before anything newer."""
        if outcome is None or self._publishing is None:
            return
        completions, self._publishing = self._publishing, None
        if outcome.problem:
            self.telemetry.publication_failed(outcome.problem)
            self._publish_at = self.clock.monotonic() + RETRY_SECONDS
        if outcome.committed:
            self.ledger.committed(outcome.publication.offsets)
        if outcome.published:
            for completion in completions:
                self.telemetry.job_settled(completion)
        else:
            self._settled[:0] = completions

    def _publish(self) -> None:
        """Hand over everything that has ended, with the offsets that are finished by it."""
        if self._publishing is not None or self.clock.monotonic() < self._publish_at:
            return
        completions = tuple(self._still_ours())
        for completion in completions:
            completion.ticket.finish()
        offsets = self.ledger.committable()
        if completions or offsets:
            messages = tuple(message for c in completions for message in c.messages)
            self._publishing = completions
            self.publisher.hand_over(Publication(messages, offsets))

    def _still_ours(self) -> Iterable[Completion]:
        settled, self._settled = self._settled, []
        for completion in settled:
            if completion.ticket.live:
                yield completion
            else:
                self.telemetry.late_completion_dropped(completion)

    def _regulate(self) -> None:
        in_flight = self._in_flight
        self.telemetry.in_flight(in_flight)
        match self.admission.regulate(in_flight):
            case Flow.PAUSE:
                self.source.pause()
            case Flow.RESUME:
                self.source.resume()
            case Flow.KEEP:
                pass
            case never:
                assert_never(never)

    @property
    def _in_flight(self) -> int:
        """Jobs between admission and publication."""
        return self.stages.in_flight + len(self._settled) + len(self._publishing or ())

    def _patience(self) -> float:
        return (
            BUSY_POLL_SECONDS
            if self._in_flight or self._publishing is not None
            else IDLE_POLL_SECONDS
        )

    def _drain(self) -> None:
        """Finish what is in flight, take nothing new, and poll on, so that the group keeps us."""
        self.admission.close()
        self.source.pause()
        deadline = self.clock.monotonic() + self.lifecycle.grace_seconds
        while self._in_flight and self.clock.monotonic() < deadline and self.lifecycle.is_draining:
            self.turn()
        self._finish_publishing()

    def _finish_publishing(self) -> None:
        """Publish what has ended, without polling; what fails is left to the next owner."""
        if self.lifecycle.is_quitting:
            return
        self._publish_at = 0.0  # last words are not put off
        deadline = self.clock.monotonic() + self.revoke_seconds
        while (seconds := deadline - self.clock.monotonic()) > 0:
            if self._publishing is not None:
                self._collect(self.publisher.settle(seconds))
            self._publish()
            if self._publishing is None:
                return

    def _let_go(self, event: str, partitions: Sequence[Partition]) -> None:
        self.ledger.end(partitions)
        self.publisher.withdraw(partitions)
        self.telemetry.assignment_changed(event, partitions, len(self.ledger))
