"""How does what is due go out, one publication at a time, without the loop waiting for it?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from consumer.core.model import Publication
from consumer.core.offsets import Ledger, Ticket
from consumer.core.outbox import Outbox
from consumer.core.ports import Instruments, Outcome, Publisher
from consumer.core.work import Completion

RETRY_SECONDS = 1.0
"""After a publication that failed: a broker that refuses at once is not asked again at once."""

LAST_WORDS_RETRY_SECONDS = 0.1
"""The same where time is short."""

WORTH_ITS_WHILE = 0.5
"""So many ended, or about to start, for each that is under way, go without waiting for more."""

COMPANY_SECONDS = 0.05
"""From one publication to the next, where fewer would go."""

OVERDUE_SECONDS = 5.0
"""A publication takes milliseconds."""

Marked = Callable[[Sequence[Ticket], bool], None]
"""Told of jobs that were to start, and whether their marks are committed."""


class _Handed(NamedTuple):
    """What the publisher has in hand."""

    completions: Sequence[Completion]
    starting: Sequence[Ticket]


@dataclass(slots=True)
class Publishing:
    """Owns what is handed over: results with the commits they stand for, and marks of starts."""

    publisher: Publisher
    ledger: Ledger
    outbox: Outbox
    instruments: Instruments
    problem: str = ""
    """Why the last publication did not go out; empty when it did."""
    _handed: _Handed | None = None
    _handed_at: float = 0.0
    _not_before: float = 0.0

    def __len__(self) -> int:
        """Return how many jobs have ended and are not published yet."""
        return len(self.outbox) + (len(self._handed.completions) if self._handed else 0)

    @property
    def tickets(self) -> Iterator[Ticket]:
        """Of all that have ended and are not published yet."""
        yield from self.outbox.tickets
        if self._handed:
            yield from (completion.ticket for completion in self._handed.completions)

    @property
    def is_busy(self) -> bool:
        return self._handed is not None

    def is_due(self, waiting: int, under_way: int) -> bool:
        """Whether to hand over now; `waiting` jobs could start with it, others are under way.

        A transaction costs the same for one job as for ten: while many more are about to end, few
        wait a moment for company.
        """
        now = self.instruments.clock.monotonic()
        if self._handed is not None or now < self._not_before:
            return False
        is_many = max(len(self.outbox), waiting) >= under_way * WORTH_ITS_WHILE
        return is_many or now - self._handed_at >= COMPANY_SECONDS

    def why_not(self) -> Iterator[str]:
        """Say what keeps results from going out; nothing when nothing does."""
        if self.problem:
            yield f"publishing fails: {self.problem}"
        seconds = self.instruments.clock.monotonic() - self._handed_at
        if self._handed and seconds > OVERDUE_SECONDS:
            yield f"publishing takes {seconds:.0f} s: the brokers do not answer"

    def hand_over(self, starting: Sequence[Ticket] = ()) -> None:
        """Publish what has ended and mark what is to start: all of it becomes visible, or nothing.

        Only when nothing is handed over already.
        """
        for dropped in self.outbox.drop_dead():
            dropped.span.given_up()
            self.instruments.telemetry.late_completion_dropped(dropped)
        completions = self.outbox.take()
        for completion in completions:
            completion.ticket.finish()
        for ticket in starting:
            ticket.begin()
        commits = self.ledger.commits()
        if completions or starting or commits:
            messages = tuple(message for c in completions for message in c.messages)
            self._handed = _Handed(completions, starting)
            self._handed_at = self.instruments.clock.monotonic()
            self.publisher.hand_over(Publication(messages, commits))

    def collect(self, outcome: Outcome | None, marked: Marked) -> None:
        """Note how the last publication ended; what did not go out goes before anything newer."""
        if outcome is None or self._handed is None:
            return
        handed, self._handed = self._handed, None
        self.problem = outcome.problem
        seconds = self.instruments.clock.monotonic() - self._handed_at
        self.instruments.telemetry.publication_ended(outcome.ending, seconds)
        if outcome.problem:
            self.instruments.telemetry.publication_failed(outcome.problem)
            self._not_before = self.instruments.clock.monotonic() + RETRY_SECONDS
        if outcome.committed:
            self.ledger.committed(outcome.publication.commits)
        elif not outcome.published:
            self.ledger.not_made(outcome.publication.commits)
        if outcome.published:
            self._went_out(handed.completions)
        else:
            self._came_back(handed.completions, outcome)
        marked(handed.starting, outcome.committed)

    def settle(self, deadline: float, marked: Marked) -> None:
        """Wait for what is handed over, without anybody polling."""
        seconds = deadline - self.instruments.clock.monotonic()
        if self._handed and seconds > 0:
            self.collect(self.publisher.settle(seconds), marked)

    def finish(self, deadline: float, marked: Marked) -> None:
        """Publish all that is due, without anybody polling; what fails goes soon again."""
        self.settle(deadline, marked)
        while self._may_hand_over(deadline):
            self.hand_over()
            if self._handed is None:
                return
            self.settle(deadline, marked)
            if self.problem:
                self.instruments.clock.sleep(LAST_WORDS_RETRY_SECONDS)

    def _may_hand_over(self, deadline: float) -> bool:
        return self._handed is None and self.instruments.clock.monotonic() < deadline

    def _went_out(self, completions: Sequence[Completion]) -> None:
        self.outbox.published(completions)
        for completion in completions:
            completion.span.published()
            self.instruments.telemetry.job_settled(completion, self.instruments.clock.utc())

    def _came_back(self, completions: Sequence[Completion], outcome: Outcome) -> None:
        for completion in completions:
            completion.ticket.reopen()
        self.outbox.returned(completions, outcome.problem if outcome.refused else "")
