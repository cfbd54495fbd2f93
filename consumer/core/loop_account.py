"""What does the loop tell of itself: where its time goes, and where it stands?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from consumer.core.loop_time import Phase
from consumer.core.offsets import Ledger, Ticket
from consumer.core.ports import Instruments
from consumer.core.standing import Standing
from consumer.core.workload import Workload

JOIN_SECONDS = 30.0
"""After which a worker without partitions counts as a spare one: it is ready for its turn."""
TELL_SECONDS = 1.0
"""No more often: it takes a look at every job in our care, and the loop turns hundreds of times."""


class Outgoing(Protocol):
    """What has ended and is not published yet."""

    @property
    def tickets(self) -> Iterator[Ticket]: ...
    def why_not(self) -> Iterator[str]:
        """Say what keeps it from going out; nothing when nothing does."""


@dataclass(slots=True)
class LoopAccount:
    """Belongs to the loop's thread."""

    instruments: Instruments
    turned_at: float | None = None
    """When the last turn began, on the monotonic clock; None before the first."""
    _spent: dict[Phase, float] = field(default_factory=lambda: dict.fromkeys(Phase, 0.0))
    """Since it was last told."""
    _began_at: float = 0.0
    _spent_until: float = 0.0
    _told_at: float = 0.0

    @property
    def is_joining(self) -> bool:
        """Whether the first turn was so lately that the group may not have answered."""
        return self.instruments.clock.monotonic() - self._began_at < JOIN_SECONDS

    def turn_begins(self) -> None:
        """Count from here; what lies between two turns is nobody's phase."""
        now = self.instruments.clock.monotonic()
        if self.turned_at is None:
            self._began_at = self._told_at = now
        self.turned_at = self._spent_until = now

    def spent(self, phase: Phase) -> None:
        """Count for a phase all the time since the one before it."""
        now = self.instruments.clock.monotonic()
        self._spent[phase] += now - self._spent_until
        self._spent_until = now

    def tell(self, ledger: Ledger, workload: Workload, outgoing: Outgoing) -> None:
        """Say where its time went and where the worker stands, now and then."""
        now = self.instruments.clock.monotonic()
        seconds = now - self._told_at
        if seconds < TELL_SECONDS:
            return
        self._told_at = now
        for phase in Phase:
            self.instruments.telemetry.loop_spent(phase, self._spent[phase])
            self._spent[phase] = 0.0
        written_ms = (
            ticket.record.timestamp_ms for ticket in (*workload.tickets, *outgoing.tickets)
        )
        self.instruments.telemetry.stands(
            Standing(
                seconds=seconds,
                is_working=workload.under_way > 0 and not any(outgoing.why_not()),
                waiting=workload.by_reason,
                partitions=ledger.reached,
                oldest_ms=min((ms for ms in written_ms if ms > 0), default=None),
                breaker_open=workload.triage.breaker.is_open,
                is_trickling=workload.is_trickling,
            )
        )
