"""Which offsets are safe to commit when jobs finish out of order?

Offsets always mean the next one to read, as in Kafka. A partition's state is one object per
assignment, so that news about an assignment that has ended can be recognised and dropped.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from consumer.core.model import Partition, Record


@dataclass(slots=True, eq=False)
class Assignment:
    """One partition for as long as it is ours; compared by identity."""

    partition: Partition
    live: bool = True
    _unfinished: dict[int, None] = field(default_factory=dict)  # insertion order is delivery order
    _next_offset: int | None = None
    _committed: int | None = None

    def admit(self, offset: int) -> None:
        """Note a delivered record.

        Gaps before it (control, aborted, compacted records) count as finished.
        """
        self._unfinished[offset] = None
        self._next_offset = offset + 1

    def finish(self, offset: int) -> None:
        self._unfinished.pop(offset, None)

    def committable(self) -> int | None:
        """Return the lowest unfinished offset, else the next to read; None if committed already."""
        offset = next(iter(self._unfinished), self._next_offset)
        return None if offset == self._committed else offset

    def committed(self, offset: int) -> None:
        self._committed = offset


@dataclass(frozen=True, slots=True)
class Ticket:
    """A record in our care, bound to the assignment it was delivered under."""

    record: Record
    assignment: Assignment

    @property
    def live(self) -> bool:
        return self.assignment.live

    def finish(self) -> None:
        self.assignment.finish(self.record.offset)


class Ledger:
    """The assignments that are ours, and what may be committed for them."""

    def __init__(self) -> None:
        self._assignments: dict[Partition, Assignment] = {}

    def __len__(self) -> int:
        return len(self._assignments)

    def begin(self, partitions: Iterable[Partition]) -> None:
        for partition in partitions:
            self._end(partition)
            self._assignments[partition] = Assignment(partition)

    def end(self, partitions: Iterable[Partition]) -> None:
        for partition in partitions:
            self._end(partition)

    def admit(self, record: Record) -> Ticket | None:
        """Take a record into our care.

        None for a straggler of a partition that is no longer ours.
        """
        assignment = self._assignments.get(record.partition)
        if assignment is None:
            return None
        assignment.admit(record.offset)
        return Ticket(record, assignment)

    def committable(self) -> Mapping[Partition, int]:
        offsets = {p: assignment.committable() for p, assignment in self._assignments.items()}
        return {partition: offset for partition, offset in offsets.items() if offset is not None}

    def committed(self, offsets: Mapping[Partition, int]) -> None:
        for partition, offset in offsets.items():
            if assignment := self._assignments.get(partition):
                assignment.committed(offset)

    def _end(self, partition: Partition) -> None:
        if assignment := self._assignments.pop(partition, None):
            assignment.live = False
