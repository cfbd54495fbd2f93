"""How does a test have a publisher that fails, or takes its time, when the test wants it to?"""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from consumer.core.model import Message, Partition, Publication
from consumer.core.ports import Outcome
from tests.fakes.clock import FakeClock
from tests.fakes.job_source import InMemoryJobSource


@dataclass(slots=True)
class InMemoryPublisher:
    """The `Publisher` port in two steps, each at a call of its own: messages, then offsets."""

    source: InMemoryJobSource
    clock: FakeClock
    largest_bytes: int = 1_000_000
    hangs: bool = False
    """While set, no outcome becomes known."""
    handed_over: list[Publication] = field(default_factory=list)
    _message_problems: deque[str] = field(default_factory=deque)
    _commit_problems: deque[str] = field(default_factory=deque)
    _publication: Publication | None = None
    _messages_are_out: bool = False
    _out: list[Message] = field(default_factory=list)
    """What is out of a publication that failed."""

    def fail_messages(self, *problems: str) -> None:
        """Let the next publications fail at their messages, one each."""
        self._message_problems.extend(problems)

    def fail_commits(self, *problems: str) -> None:
        """Let the next publications fail at their offsets, one each."""
        self._commit_problems.extend(problems)

    def heal(self) -> None:
        """Fail no more, and let outcomes become known."""
        self.hangs = False
        self._message_problems.clear()
        self._commit_problems.clear()

    def hand_over(self, publication: Publication) -> None:
        assert self._publication is None, "one publication at a time"
        self.handed_over.append(publication)
        self._publication, self._messages_are_out = publication, False

    def outcome(self) -> Outcome | None:
        if self.hangs or self._publication is None:
            return None
        return self._commit(self._publication) if self._messages_are_out else self._send()

    def settle(self, timeout_seconds: float) -> Outcome | None:
        if self.hangs:
            self.clock.advance(timeout_seconds)
            return None
        return self.outcome() or self.outcome()

    def withdraw(self, partitions: Collection[Partition]) -> None:
        if self._publication is not None:
            offsets = self._publication.offsets
            kept = {p: offset for p, offset in offsets.items() if p not in partitions}
            self._publication = replace(self._publication, offsets=kept)

    def close(self) -> None:
        """Nothing is buffered here."""

    def _send(self) -> Outcome | None:
        if self._current.messages and self._message_problems:
            return self._end(published=False, problem=self._message_problems.popleft())
        fitting = [m for m in self._current.messages if len(m.value or b"") <= self.largest_bytes]
        new = [message for message in fitting if message not in self._out]
        self.source.broker.published.extend(new)
        if len(fitting) < len(self._current.messages):
            self._out.extend(new)
            return self._end(published=False, problem="message too large")
        self._messages_are_out = True
        self._out.clear()
        return None

    def _commit(self, publication: Publication) -> Outcome:
        if publication.offsets and self._commit_problems:
            return self._end(published=True, problem=self._commit_problems.popleft())
        return self._end(published=True, problem=self.source.commit(publication.offsets))

    def _end(self, published: bool, problem: str) -> Outcome:
        publication, self._publication = self._current, None
        return Outcome(publication, published, committed=not problem, problem=problem)

    @property
    def _current(self) -> Publication:
        assert self._publication is not None, "nothing was handed over"
        return self._publication
