"""Which of the jobs in our care may start now?

Fresh jobs start together. A job that was begun twice by workers that died runs alone in the whole
process: then its death tells something about it. What failed waits until it is due.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

from consumer.core.breaker import Permit
from consumer.core.offsets import Ticket


@dataclass(slots=True)
class Dispatcher:
    """Every ticket between its admission and its end is in exactly one of these places."""

    _fresh: deque[Ticket] = field(default_factory=deque)
    _suspects: list[Ticket] = field(default_factory=list)
    _put_off: list[tuple[float, int, Ticket]] = field(default_factory=list)  # a heap by due time
    _set_aside: deque[Ticket] = field(default_factory=deque)
    """Failed at a store that may be out: not good enough to find out whether it is back."""
    _running: set[Ticket] = field(default_factory=set)
    _alone: Ticket | None = None
    _order: "count[int]" = field(default_factory=count)

    @property
    def waiting(self) -> int:
        """How many could start if they were let."""
        return len(self._fresh) + len(self._suspects)

    @property
    def running(self) -> int:
        return len(self._running)

    @property
    def put_off_count(self) -> int:
        """How many failed and wait for their next attempt."""
        return len(self._put_off)

    @property
    def set_aside_count(self) -> int:
        """How many wait for the store."""
        return len(self._set_aside)

    @property
    def tickets(self) -> Iterator[Ticket]:
        """All of them, in no order."""
        yield from (*self._fresh, *self._suspects, *self._set_aside, *self._running)
        yield from (ticket for _, _, ticket in self._put_off)

    def add(self, ticket: Ticket) -> None:
        (self._suspects if ticket.is_suspect else self._fresh).append(ticket)

    def put_off(self, ticket: Ticket, due: float) -> None:
        """Start it no sooner than `due`, on the monotonic clock."""
        heappush(self._put_off, (due, next(self._order), ticket))

    def set_aside(self, ticket: Ticket) -> None:
        """Start it when the store is known to answer, or when nothing else is at hand to try."""
        self._set_aside.append(ticket)

    def choose(self, now: float, permit: Permit) -> Sequence[Ticket]:
        """Take out what starts now; it runs until it has ended."""
        if permit is Permit.NONE or self._alone:
            return ()
        self._take_due(now)
        if permit is Permit.ALL:
            self._take_in(self._set_aside)
        if self._suspects:
            return self._run_alone()
        chosen = tuple(self._fresh) if permit is Permit.ALL else self._one()
        self._running.update(chosen)
        self._fresh = deque(ticket for ticket in self._fresh if ticket not in self._running)
        return chosen

    def give_back(self, tickets: Iterable[Ticket]) -> None:
        """Put what could not be started where it was: before anything newer."""
        for ticket in reversed(list(tickets)):
            self.ended(ticket)
            if ticket.is_suspect:
                self._suspects.append(ticket)
            else:
                self._fresh.appendleft(ticket)

    def ended(self, ticket: Ticket) -> None:
        self._running.discard(ticket)
        if ticket is self._alone:
            self._alone = None

    def forget_dead(self) -> None:
        """Drop what waits under assignments that have ended; what runs comes back by itself."""
        self._fresh = deque(ticket for ticket in self._fresh if ticket.live)
        self._suspects = [ticket for ticket in self._suspects if ticket.live]
        self._set_aside = deque(ticket for ticket in self._set_aside if ticket.live)
        self._put_off = sorted(entry for entry in self._put_off if entry[2].live)

    def _take_due(self, now: float) -> None:
        while self._put_off and self._put_off[0][0] <= now:
            self.add(heappop(self._put_off)[2])

    def _take_in(self, aside: deque[Ticket]) -> None:
        while aside:
            self.add(aside.popleft())

    def _run_alone(self) -> Sequence[Ticket]:
        """Start one suspect once nothing else runs.

        The one with fewest deaths first: else the same one would be under way whenever somebody
        restarts the worker, and be condemned for it.
        """
        if self._running:
            return ()
        self._alone = min(self._suspects, key=lambda ticket: ticket.starts)
        self._suspects.remove(self._alone)
        self._running.add(self._alone)
        return (self._alone,)

    def _one(self) -> tuple[Ticket, ...]:
        """Choose whom to try a doubtful world with: one that never failed, if there is any."""
        untried = next((ticket for ticket in self._fresh if ticket.attempt == 1), None)
        if untried is None and self._set_aside:
            return (self._set_aside.popleft(),)
        return (untried,) if untried else tuple(self._fresh)[:1]
