"""What has ended and waits to be published?"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from consumer.core.offsets import Ticket
from consumer.core.work import Completion

Rewrite = Callable[[Completion, str], Completion]
"""Makes of a completion that brokers refuse one that says so: `failed`, `internal`."""


@dataclass(slots=True)
class Outbox:
    """Completions in the order in which they ended; what did not go out goes again first."""

    rewrite: Rewrite
    _due: deque[Completion] = field(default_factory=deque)
    _one_by_one: int = 0
    """So many go out alone, to find the one that the brokers refuse."""
    _rewritten: set[Ticket] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self._due)

    @property
    def tickets(self) -> Iterator[Ticket]:
        """Of all that wait."""
        return (completion.ticket for completion in self._due)

    def add(self, completion: Completion) -> None:
        self._due.append(completion)

    def take(self) -> Sequence[Completion]:
        """Take out what is to be published together."""
        wanted = 1 if self._one_by_one else len(self._due)
        return [self._due.popleft() for _ in range(min(wanted, len(self._due)))]

    def drop_dead(self) -> Iterator[Completion]:
        """Take out what belongs to assignments that have ended."""
        dead = [completion for completion in self._due if not completion.ticket.live]
        self._due = deque(completion for completion in self._due if completion.ticket.live)
        yield from dead

    def published(self, completions: Sequence[Completion]) -> None:
        self._one_by_one = max(0, self._one_by_one - len(completions))
        self._rewritten.difference_update(completion.ticket for completion in completions)

    def returned(self, completions: Sequence[Completion], refused: str = "") -> None:
        """Take back what did not go out; `refused` says why brokers will never take it as it is."""
        if refused and len(completions) > 1:
            self._one_by_one = len(completions)
        elif refused:
            completions = [self._mended(completion, refused) for completion in completions]
        self._due.extendleft(reversed(completions))

    def _mended(self, completion: Completion, refused: str) -> Completion:
        """Rewrite it once; what is refused even then waits for somebody to mend the topics."""
        if completion.ticket in self._rewritten:
            return completion
        self._rewritten.add(completion.ticket)
        return self.rewrite(completion, refused)
