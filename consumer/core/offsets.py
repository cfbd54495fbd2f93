"""Which offsets are safe to commit when jobs finish out of order, and what is known beyond them?"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from consumer.core.assignment import Assignment
from consumer.core.model import Commit, Partition, Record
from consumer.core.standing import Reached
from consumer.core.start import Start
from schemas.commit_metadata import Mark

STARTS_WITH_OTHERS = 2
"""A job that was left behind so often runs alone: from then on a death is known to be its own."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A record in our care, bound to the assignment it was delivered under."""

    record: Record
    assignment: Assignment

    @property
    def live(self) -> bool:
        """Whether the assignment lasts: what it says about the record is still asked for."""
        return self.assignment.live

    @property
    def attempt(self) -> int:
        """Which attempt the next, or the present, one is; the first is 1."""
        return self._mark.attempts + 1

    @property
    def starts(self) -> int:
        """How often others began it and then neither ended it nor handed it back."""
        return self._mark.starts

    @property
    def is_suspect(self) -> bool:
        """Whether it may be what killed those who began it: it must run alone."""
        return self.starts >= STARTS_WITH_OTHERS

    @property
    def deaths_alone(self) -> int:
        """How often it was left behind by a worker that ran nothing else beside it."""
        return max(0, self.starts - STARTS_WITH_OTHERS)

    def finish(self) -> None:
        """Count it as done, from the next commit on."""
        self.assignment.finish(self.record.offset)

    def reopen(self) -> None:
        """Undo `finish`: its result did not go out."""
        self.assignment.reopen(self.record.offset)

    def begin(self) -> None:
        """Mark it as started by us, from the next commit on."""
        self.assignment.begin(self.record.offset)

    def take_back(self) -> None:
        """Undo `begin`."""
        self.assignment.take_back(self.record.offset)

    def put_off(self) -> None:
        """Note that it failed and waits: one attempt more, and not started any longer."""
        self.take_back()
        self.assignment.count_attempts(self.record.offset, 1)

    def forgive(self) -> None:
        """Give the last attempt back: that it failed was nobody's fault."""
        self.assignment.count_attempts(self.record.offset, -1)

    @property
    def _mark(self) -> Mark:
        return self.assignment.mark(self.record.offset)


class Ledger:
    """The assignments that are ours, and what may be committed for them."""

    def __init__(self, metadata_max_bytes: int = 4096) -> None:
        self._metadata_max_bytes = metadata_max_bytes
        self._assignments: dict[Partition, Assignment] = {}
        self._survived: dict[Partition, Collection[int]] = {}
        """What we had begun in partitions that went, and did not die of: no start to be held
        against a job, should they come back to us."""

    def __len__(self) -> int:
        return len(self._assignments)

    @property
    def partitions(self) -> frozenset[Partition]:
        return frozenset(self._assignments)

    @property
    def reached(self) -> Mapping[Partition, Reached]:
        """How far each has come, in figures."""
        return {partition: each.reached for partition, each in self._assignments.items()}

    def begin(self, start: Start) -> None:
        """The partition is ours from now on; an older assignment of it ends."""
        self.end([start.partition])
        survived = self._survived.pop(start.partition, ())
        self._assignments[start.partition] = Assignment(start, survived)

    def end(self, partitions: Iterable[Partition]) -> None:
        """The partitions are no longer ours, and their tickets are dead."""
        for partition in partitions:
            if assignment := self._assignments.pop(partition, None):
                assignment.live = False
                self._survived[partition] = assignment.begun

    def admit(self, record: Record) -> Ticket | None:
        """Take a record into our care.

        None for a straggler of a partition that is no longer ours, for a record that was delivered
        before, and for one that the last owner has finished.
        """
        assignment = self._assignments.get(record.partition)
        if assignment is None or not assignment.admit(record.offset):
            return None
        return Ticket(record, assignment)

    def reached_end(self, partition: Partition, offset: int) -> None:
        """Nothing before this offset is still to be delivered."""
        for assignment in self._ours([partition]):
            assignment.reach(offset)

    def commits(self) -> Mapping[Partition, Commit]:
        """Return what the coordinator does not have yet, as far as is known."""
        commits = {p: assignment.commit() for p, assignment in self._assignments.items()}
        return {partition: commit for partition, commit in commits.items() if commit is not None}

    def committed(self, commits: Mapping[Partition, Commit]) -> None:
        """Note that these objects out of `commits()` were made; others are no news."""
        for partition, commit in commits.items():
            for assignment in self._ours([partition]):
                assignment.committed(commit)

    def not_made(self, commits: Mapping[Partition, Commit]) -> None:
        """Note that these objects out of `commits()` were certainly not made.

        So a commit that changes nothing is never offered: a publisher that lost track of a
        transaction could not tell it from one that was made.
        """
        for partition, commit in commits.items():
            for assignment in self._ours([partition]):
                assignment.not_made(commit)

    def crowded(self) -> frozenset[Partition]:
        """Tell where the metadata might not hold one more poll, whatever happens to its jobs."""
        return frozenset(
            partition
            for partition, assignment in self._assignments.items()
            if assignment.most_bytes_after_a_poll() > self._metadata_max_bytes
        )

    def hand_back(self, partitions: Iterable[Partition], keep: Collection[Ticket] = ()) -> None:
        """Take our starts back in these partitions, but for those that may be to blame."""
        for assignment in self._ours(partitions):
            kept = {ticket.record.offset for ticket in keep if ticket.assignment is assignment}
            assignment.hand_back(kept)

    def _ours(self, partitions: Iterable[Partition]) -> Iterator[Assignment]:
        for partition in partitions:
            if assignment := self._assignments.get(partition):
                yield assignment
