"""How does a test have a publisher that fails, or takes its time, when the test wants it to?"""

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from consumer.core.model import Message, Partition, Publication
from consumer.core.ports import Outcome
from tests.fakes.clock import FakeClock
from tests.fakes.job_source import InMemoryJobSource


@dataclass(slots=True)
class InMemoryPublisher:
    """The `Publisher` port in two steps, each at a call of its own: messages, then commits."""

    source: InMemoryJobSource
    clock: FakeClock
    largest_bytes: int = 1_000_000
    transactional: bool = False
    """Whether messages and commits become visible together, in the second step, or not at all."""
    hangs: bool = False
    """While set, no outcome becomes known."""
    handed_over: list[Publication] = field(default_factory=list)
    _message_problems: deque[str] = field(default_factory=deque)
    _commit_problems: deque[str] = field(default_factory=deque)
    _publication: Publication | None = None
    _epoch: int = 0
    """Of the member, when the publication was handed over."""
    _messages_are_sent: bool = False
    _out: list[Message] = field(default_factory=list)
    """What is out of a publication that failed."""

    def fail_messages(self, *problems: str) -> None:
        """Let the next publications fail at their messages, one each."""
        self._message_problems.extend(problems)

    def fail_commits(self, *problems: str) -> None:
        """Let the next publications fail at their commits, one each."""
        self._commit_problems.extend(problems)

    def heal(self) -> None:
        """Fail no more, and let outcomes become known."""
        self.hangs = False
        self._message_problems.clear()
        self._commit_problems.clear()

    def hand_over(self, publication: Publication) -> None:
        assert self._publication is None, "one publication at a time"
        self.handed_over.append(publication)
        self._publication, self._messages_are_sent = publication, False
        self._epoch = self.source.epoch

    def outcome(self) -> Outcome | None:
        if self.hangs or self._publication is None:
            return None
        return self._commit(self._publication) if self._messages_are_sent else self._send()

    def settle(self, timeout_seconds: float) -> Outcome | None:
        if self.hangs:
            self.clock.advance(timeout_seconds)
            return None
        return self.outcome() or self.outcome()

    def withdraw(self, partitions: Collection[Partition]) -> None:
        if self._publication is not None and not self.transactional:
            commits = self._publication.commits
            kept = {p: commit for p, commit in commits.items() if p not in partitions}
            self._publication = replace(self._publication, commits=kept)

    def close(self) -> None:
        """Nothing is buffered here."""

    def _send(self) -> Outcome | None:
        messages = self._current.messages
        if messages and self._message_problems:
            return self._end(published=False, problem=self._message_problems.popleft())
        fitting = [m for m in messages if len(m.value or b"") <= self.largest_bytes]
        if not self.transactional:
            self._show(fitting)
        if len(fitting) < len(messages):
            return self._end(published=False, problem="message too large", refused=True)
        self._messages_are_sent = True
        return None

    def _commit(self, publication: Publication) -> Outcome:
        if publication.commits and self._commit_problems:
            problem = self._commit_problems.popleft()
        elif self.transactional and self._epoch != self.source.epoch:
            problem = "the member has moved on since this transaction began"
        else:
            problem = self.source.commit(publication.commits)
        if self.transactional and not problem:
            self._show(publication.messages)
        return self._end(published=not (self.transactional and problem), problem=problem)

    def _show(self, messages: Iterable[Message]) -> None:
        """Let readers see what they have not seen of this publication yet."""
        new = [message for message in messages if message not in self._out]
        self.source.broker.published.extend(new)
        self._out.extend(new)

    def _end(self, published: bool, problem: str, refused: bool = False) -> Outcome:
        publication, self._publication = self._current, None
        if published:
            self._out.clear()
        return Outcome(publication, published, not problem, problem, refused)

    @property
    def _current(self) -> Publication:
        assert self._publication is not None, "nothing was handed over"
        return self._publication
