"""How does a test have a log of jobs, and a group whose members come and go, in memory?"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from consumer.core.assignment import MOST_RECORDS_PER_POLL
from consumer.core.errors import PartitionRefused
from consumer.core.model import Commit, Message, Partition, Record
from consumer.core.ports import AssignmentListener, EndOfPartition
from consumer.core.start import Start, starting_point
from schemas.headers import Headers
from tests.fakes.jobs import ARRIVED_MS

TOPIC = "jobs"


@dataclass(slots=True)
class InMemoryLog:
    """One partition: its records, of which retention takes the first and truncation the last."""

    start: int = 0
    end: int = 0
    records: list[Record] = field(default_factory=list)

    def read(self, position: int, most: int) -> Sequence[Record]:
        return [record for record in self.records if record.offset >= position][:most]

    def skip(self, offsets: int = 1) -> None:
        """Let the end move on without a record, as markers of transactions do."""
        self.end += offsets

    def retain_from(self, offset: int) -> None:
        """Remove what stands before the offset, read or not."""
        self.start, self.end = max(self.start, offset), max(self.end, offset)
        self.records = [record for record in self.records if record.offset >= offset]

    def truncate(self, offset: int) -> None:
        """Remove the offset and what stands behind it, as an unclean election does."""
        self.start, self.end = min(self.start, offset), min(self.end, offset)
        self.records = [record for record in self.records if record.offset < offset]


@dataclass(slots=True)
class InMemoryBroker:
    """One jobs topic, one group that reads it, and whatever was published elsewhere."""

    partitions: int = 1
    log: dict[Partition, InMemoryLog] = field(default_factory=lambda: defaultdict(InMemoryLog))
    published: list[Message] = field(default_factory=list)
    commits: dict[Partition, Commit] = field(default_factory=dict)
    members: "list[InMemoryJobSource]" = field(default_factory=list)

    def produce(
        self,
        value: bytes | None,
        partition: int = 0,
        key: bytes | None = None,
        headers: Headers = (),
    ) -> Record:
        place = Partition(TOPIC, partition)
        log = self.log[place]
        record = Record(place, log.end, ARRIVED_MS, key, value, headers)
        log.records.append(record)
        log.end += 1
        return record

    @property
    def committed(self) -> dict[Partition, int]:
        """The committed offsets, without what is known beyond them."""
        return {partition: commit.offset for partition, commit in self.commits.items()}

    def share(self, member: "InMemoryJobSource") -> set[Partition]:
        """What the group wants this member to own."""
        count, index = len(self.members), self.members.index(member)
        return {Partition(TOPIC, n) for n in range(self.partitions) if n % count == index}

    def is_free(self, partition: Partition) -> bool:
        """Whether no member holds it: a new owner waits until the old one has let go."""
        return not any(partition in member.held for member in self.members)

    def commit(self, member: "InMemoryJobSource", commits: Mapping[Partition, Commit]) -> str:
        """Take any member's commits, as brokers do: they ask who commits, not what is its own."""
        if member not in self.members:
            return "not a member of the group"
        self.commits.update(commits)
        return ""


@dataclass(slots=True, eq=False)
class InMemoryJobSource:
    """The `JobSource` port on such a broker."""

    broker: InMemoryBroker
    held: dict[Partition, int | None] = field(default_factory=dict)
    """The partitions that are ours, and where to read on; None where nothing is delivered."""
    paused: set[Partition] = field(default_factory=set)
    epoch: int = 0
    """Of the member: a transaction that began under an older one is refused."""
    _ends: dict[Partition, int] = field(default_factory=dict)
    """The ends that were told of."""
    _listener: AssignmentListener | None = None

    def subscribe(self, listener: AssignmentListener) -> None:
        self._listener = listener
        self.broker.members.append(self)

    def poll(self, timeout_seconds: float) -> Sequence[Record | EndOfPartition]:
        self._rebalance()
        arrived: list[Record] = []
        readable = [p for p in sorted(self.held) if p not in self.paused]
        for partition in readable:
            arrived.extend(self._read(partition, MOST_RECORDS_PER_POLL - len(arrived)))
        return [*arrived, *self._new_ends(readable)]

    def pause(self, partitions: Collection[Partition]) -> None:
        self.paused.update(partitions)

    def resume(self, partitions: Collection[Partition]) -> None:
        self.paused.difference_update(partitions)

    def commit(self, commits: Mapping[Partition, Commit]) -> str:
        """Return the problem, or an empty string."""
        return self.broker.commit(self, commits)

    def evict(self) -> None:
        """Let the group forget this member, which learns of it in its next poll."""
        self.broker.members.remove(self)

    def close(self) -> None:
        if self in self.broker.members:
            self._revoke(list(self.held))
            self.broker.members.remove(self)

    @property
    def listener(self) -> AssignmentListener:
        assert self._listener is not None, "subscribe first"
        return self._listener

    def _rebalance(self) -> None:
        if self not in self.broker.members:
            self._lose(list(self.held))
            self.broker.members.append(self)
        share = self.broker.share(self)
        self._revoke(sorted(self.held.keys() - share))
        self._assign(sorted(p for p in share - self.held.keys() if self.broker.is_free(p)))

    def _assign(self, partitions: Sequence[Partition]) -> None:
        """Find out where to read on; a partition begins resumed, whatever it was before."""
        self.paused.difference_update(partitions)
        self.epoch += bool(partitions)
        if starts := [start for p in partitions if (start := self._start(p))]:
            self.held.update((start.partition, start.position) for start in starts)
            self.listener.on_assigned(starts)

    def _start(self, partition: Partition) -> Start | None:
        log = self.broker.log[partition]
        committed = self.broker.commits.get(partition)
        try:
            return starting_point(partition, committed, range(log.start, log.end))
        except PartitionRefused as error:
            self._refuse(partition, str(error))
            return None

    def _refuse(self, partition: Partition, reason: str) -> None:
        self.held[partition] = None
        self.listener.on_refused(partition, reason)

    def _revoke(self, partitions: Sequence[Partition]) -> None:
        if partitions:
            self.listener.on_revoked(partitions)
            self._release(partitions)

    def _lose(self, partitions: Sequence[Partition]) -> None:
        if partitions:
            self.listener.on_lost(partitions)
            self._release(partitions)

    def _release(self, partitions: Sequence[Partition]) -> None:
        self.epoch += 1
        for partition in partitions:
            del self.held[partition]
            self._ends.pop(partition, None)

    def _read(self, partition: Partition, most: int) -> Sequence[Record]:
        log, position = self.broker.log[partition], self._position(partition)
        if position is None or not most:
            return ()
        records = log.read(position, most)
        self.held[partition] = log.end if len(records) < most else records[-1].offset + 1
        return records

    def _position(self, partition: Partition) -> int | None:
        """Where to read on; that the log no longer reaches there is noticed now."""
        log, position = self.broker.log[partition], self.held[partition]
        if position is not None and position > log.end:
            self._refuse(partition, f"offset {position} is beyond the end of the log, {log.end}")
        elif position is not None and position < log.start:
            self.held[partition] = log.start
            self.listener.on_skipped(partition, range(position, log.start))
        return self.held[partition]

    def _new_ends(self, partitions: Iterable[Partition]) -> list[EndOfPartition]:
        """Where everything has been delivered, each such offset once."""
        ends = {p: self.broker.log[p].end for p in partitions}
        new = {p: end for p, end in ends.items() if self.held[p] == end != self._ends.get(p)}
        self._ends.update(new)
        return [EndOfPartition(partition, end) for partition, end in new.items()]
