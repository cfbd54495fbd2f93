"""Is a job that came back published, tried again later, or was it nobody's fault?"""

from collections.abc import Callable
from dataclasses import dataclass, field

from consumer.core.breaker import Breaker
from consumer.core.offsets import Ticket
from consumer.core.retry import RetryPolicy
from consumer.core.work import Completion, Setback


@dataclass(frozen=True, slots=True)
class Publish:
    """The job has ended."""


@dataclass(frozen=True, slots=True)
class PutOff:
    """The job may succeed later; an attempt is spent."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hold:
    """The store is out: the job waits for it, and no attempt is spent."""

    blameless: bool
    """Nothing answered anybody, so the job may be the one that finds out when something does."""


Decision = Publish | PutOff | Hold


@dataclass(slots=True)
class Triage:
    """Owns the breaker; asked about every job that comes back from the stages."""

    policy: RetryPolicy
    breaker: Breaker
    chance: Callable[[], float]
    """Uniform in [0, 1)."""
    _row: list[Ticket] = field(default_factory=list)
    """Tried in vain since a store last answered, each at the cost of an attempt."""
    _answers: int = 0
    _held: dict[Ticket, int] = field(default_factory=dict)
    """How many answers there had been when each of these was held for failing at the store."""

    def judge(self, completion: Completion, now: float) -> Decision:
        """Say what becomes of the job; `now` is on the monotonic clock."""
        if completion.store_answered:
            self.store_answered()
        elif completion.setback is None or not completion.setback.concerns_store:
            self.breaker.learned_nothing(now)
        if completion.setback is None:
            self._held.pop(completion.ticket, None)
            return Publish()
        if completion.setback.concerns_store and not self._failed_alone(completion):
            return self._judge_store(completion.ticket, completion.setback, now)
        return self._spend(completion.ticket)

    def store_answered(self) -> None:
        """Note that a store gave a definite answer to somebody: whatever fails now fails alone."""
        self.breaker.answered()
        self._row.clear()
        self._answers += 1

    def _failed_alone(self, completion: Completion) -> bool:
        """Whether others passed since this one was held: then it is not the store."""
        held = self._held.get(completion.ticket)
        return held is not None and held < self._answers

    def _judge_store(self, ticket: Ticket, setback: Setback, now: float) -> Decision:
        self.breaker.failed(setback, now)
        if not self.breaker.is_open:
            self._row.append(ticket)
            return self._spend(ticket)
        self._forgive()
        if not setback.everybody:
            self._held = {t: answers for t, answers in self._held.items() if t.live}
            self._held[ticket] = self._answers
        return Hold(blameless=setback.everybody)

    def _spend(self, ticket: Ticket) -> Decision:
        delay = self.policy.delay(ticket.attempt - 1, self.chance())
        if delay is None:
            self._held.pop(ticket, None)
            return Publish()
        return PutOff(delay)

    def _forgive(self) -> None:
        """Give back the attempts that were spent before the outage was known to be one."""
        for ticket in self._row:
            ticket.forgive()
        self._row.clear()
