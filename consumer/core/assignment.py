"""How far have the jobs of one partition come while it is ours?

A partition's state is one object per assignment, so that news about an assignment that has ended
can be recognised and dropped. Offsets always mean the next one to read, as in Kafka.
"""

from collections import deque
from collections.abc import Collection
from typing import NamedTuple

from consumer.core.model import Commit
from consumer.core.standing import Reached
from consumer.core.start import Start
from schemas.commit_metadata import Mark, Progress, encode, worst_case_bytes

MOST_RECORDS_PER_POLL = 16
"""What a source returns at most at once: admission reserves room for it in the metadata."""


class _Offer(NamedTuple):
    """A commit that somebody was asked to make, and what it told for the first time."""

    commit: Commit
    finished: frozenset[int]


class Assignment:
    """One partition for as long as it is ours; compared by identity."""

    def __init__(self, start: Start, survived: Collection[int] = ()) -> None:
        """`survived`: what this very process had begun when it last lost the partition."""
        self.live = True
        self._next = start.position  # nothing before it is still to be delivered
        self._end = start.progress.end  # everything before it is finished or open
        # Ascending. What is finished keeps its place until a commit has told of it: should its
        # publication fail it is open again, and must find its room in the metadata then.
        self._open = {
            offset: Mark(max(0, mark.starts - (offset in survived)), mark.attempts)
            for offset, mark in start.progress.open.items()
        }
        self._finished = set[int]()
        self._to_come = deque(self._open)  # open, but not delivered to us yet; ascending
        self._begun = set[int]()  # their marks count a start of ours
        self._committed = start.committed
        self._latest = start.committed
        self._offered: list[_Offer] = []  # nobody has said yet whether they were made
        # A group without a commit gets none before there is something to tell.
        self._changed = start.committed is not None

    @property
    def begun(self) -> Collection[int]:
        """What we have begun, and neither finished for good nor handed back."""
        return self._begun

    @property
    def reached(self) -> Reached:
        """How far it has come, in figures."""
        unfinished = len(self._open) - len(self._finished)
        return Reached(self._next, max(self._next, self._end), unfinished)

    def admit(self, offset: int) -> bool:
        """Note a delivered record; False when it was delivered before, or finished by others."""
        if offset < self._next:
            return False
        self.reach(offset)
        self._next = offset + 1
        if self._to_come and self._to_come[0] == offset:
            self._to_come.popleft()
            return True
        if offset < self._end:
            return False
        self._open[offset] = Mark()
        self._end = offset + 1
        return True

    def reach(self, offset: int) -> None:
        """Nothing before this offset is still to come: what was expected there is gone."""
        while self._to_come and self._to_come[0] < offset:
            self.finish(self._to_come.popleft())
        self._next = max(self._next, offset)
        self._changed = True

    def mark(self, offset: int) -> Mark:
        """What is known about an unfinished offset, without our own start."""
        mark = self._open.get(offset, Mark())
        return Mark(mark.starts - (offset in self._begun), mark.attempts)

    def finish(self, offset: int) -> None:
        if offset in self._open:
            self._finished.add(offset)
            self._changed = True

    def reopen(self, offset: int) -> None:
        """Undo `finish`, unless a commit that told of it was made."""
        self._finished.discard(offset)
        self._changed = True

    def begin(self, offset: int) -> None:
        if offset in self._open and offset not in self._begun:
            self._begun.add(offset)
            self._count(offset, starts=1)

    def take_back(self, offset: int) -> None:
        if offset in self._begun:
            self._begun.remove(offset)
            self._count(offset, starts=-1)

    def hand_back(self, keep: Collection[int]) -> None:
        for offset in self._begun.difference(keep):
            self.take_back(offset)

    def count_attempts(self, offset: int, more: int) -> None:
        """Note so many failures more, or fewer, of an open offset."""
        if offset in self._open:
            self._count(offset, attempts=more)

    def commit(self) -> Commit | None:
        """Return what to commit; None where the coordinator is known to have it.

        An offer whose end was never told may have been made all the same, so another follows it.
        """
        if self._changed:
            self._renew()
        if self._latest is None or (self._latest == self._committed and not self._offered):
            return None
        if not self._offered or self._offered[-1].commit is not self._latest:
            self._offered.append(_Offer(self._latest, frozenset(self._finished)))
        return self._latest

    def committed(self, commit: Commit) -> None:
        """Believe it if this assignment offered it: an earlier one may have offered an equal."""
        for index, offer in enumerate(self._offered):
            if offer.commit is commit:
                self._committed = commit
                self._forget(offer.finished & self._finished)
                del self._offered[: index + 1]
                return

    def not_made(self, commit: Commit) -> None:
        """Withdraw an offer that is known not to have been made."""
        self._offered = [offer for offer in self._offered if offer.commit is not commit]

    def most_bytes_after_a_poll(self) -> int:
        """Bound the metadata that one more poll, and whatever then happens, may lead to.

        What is still to come takes no room: before anything new it is delivered, or gone.
        """
        delivered = len(self._open) - len(self._to_come)
        span = self._end - next(iter(self._open), self._end)
        return worst_case_bytes(delivered, span, MOST_RECORDS_PER_POLL) if delivered else 0

    def _count(self, offset: int, starts: int = 0, attempts: int = 0) -> None:
        mark = self._open[offset]
        self._open[offset] = Mark(mark.starts + starts, max(0, mark.attempts + attempts))
        self._changed = True

    def _renew(self) -> None:
        self._changed = False
        unfinished = {each: mark for each, mark in self._open.items() if each not in self._finished}
        offset = next(iter(unfinished), max(self._next, self._end))
        commit = Commit(offset, encode(offset, Progress(self._end, unfinished)))
        if commit != self._latest:
            self._latest = commit

    def _forget(self, finished: Collection[int]) -> None:
        self._finished.difference_update(finished)
        self._begun.difference_update(finished)
        for offset in finished:
            del self._open[offset]
