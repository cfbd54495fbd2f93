"""Which jobs are in our care, which of them start now, and what becomes of those that come back?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from consumer.core.breaker import Permit
from consumer.core.dead_letter_limit import DeadLetterLimit
from consumer.core.dispatch import Dispatcher
from consumer.core.offsets import Ticket
from consumer.core.standing import WaitingFor
from consumer.core.triage import Decision, Hold, Publish, PutOff, Triage
from consumer.core.work import Completion


@dataclass(slots=True)
class Workload:
    """Everything between a job's admission and its end; times are on the monotonic clock."""

    triage: Triage
    dead_letter_limit: DeadLetterLimit
    _dispatcher: Dispatcher = field(default_factory=Dispatcher)

    @property
    def waiting(self) -> int:
        """How many could start; those put off take no room of others and are not counted."""
        return self._dispatcher.waiting

    @property
    def under_way(self) -> int:
        return self._dispatcher.running

    @property
    def by_reason(self) -> Mapping[WaitingFor, int]:
        """How many have not begun, by what they wait for."""
        return {
            WaitingFor.TURN: self._dispatcher.waiting,
            WaitingFor.RETRY: self._dispatcher.put_off_count,
            WaitingFor.STORE: self._dispatcher.set_aside_count,
        }

    @property
    def tickets(self) -> Iterator[Ticket]:
        """All that have not come back."""
        return self._dispatcher.tickets

    @property
    def is_trickling(self) -> bool:
        """Whether one job at a time is enough, to see how it ends."""
        return self.dead_letter_limit.tripped

    def why_not(self) -> Iterator[str]:
        """Say what keeps jobs from being begun; nothing when nothing does."""
        if reason := self.triage.breaker.reason:
            yield reason
        if self.dead_letter_limit.tripped:
            yield "too many jobs fail: one at a time is tried"

    def add(self, ticket: Ticket) -> None:
        self._dispatcher.add(ticket)

    def choose(self, now: float) -> Sequence[Ticket]:
        """Take out what starts now."""
        permit = self._permit(now)
        chosen = self._dispatcher.choose(now, permit)
        if chosen and self.triage.breaker.is_open:
            self.triage.breaker.probe(now)
        return chosen

    def marked(self, tickets: Sequence[Ticket], committed: bool) -> Sequence[Ticket]:
        """Return what may begin: a job whose mark is not out would kill and never be known."""
        live = [ticket for ticket in tickets if ticket.live]
        for ticket in tickets:
            if not ticket.live:
                self._dispatcher.ended(ticket)
        if committed:
            return live
        for ticket in live:
            ticket.take_back()
        self._dispatcher.give_back(live)
        return ()

    def returned(self, completion: Completion, now: float) -> Decision:
        """Decide about a job that came back; what is not to be published stays in our care."""
        ticket = completion.ticket
        self._dispatcher.ended(ticket)
        decision = self.triage.judge(completion, now)
        match decision:
            case Publish():
                self.dead_letter_limit.settled(completion.status == "failed")
            case PutOff(seconds):
                ticket.put_off()
                self._dispatcher.put_off(ticket, now + seconds)
            case Hold(blameless=True):
                ticket.take_back()
                self._dispatcher.add(ticket)
            case Hold():
                ticket.take_back()
                self._dispatcher.set_aside(ticket)
            case never:
                assert_never(never)
        return decision

    def came_too_late(self, completion: Completion) -> None:
        """Forget a job whose assignment has ended: its next owner answers it."""
        self._dispatcher.ended(completion.ticket)

    def forget_dead(self) -> None:
        """Drop what waits under assignments that have ended."""
        self._dispatcher.forget_dead()

    def _permit(self, now: float) -> Permit:
        permit = self.triage.breaker.permits(now)
        if not self.is_trickling:
            return permit
        if self._dispatcher.running:
            return Permit.NONE
        return Permit.ONE if permit is Permit.ALL else permit
