"""How does a test have a log of jobs, and a group whose members come and go, in memory?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from consumer.core.model import Message, Partition, Record
from consumer.core.ports import AssignmentListener
from schemas.headers import Headers
from tests.fakes.jobs import ARRIVED_MS

TOPIC = "jobs"
MOST_RECORDS_PER_POLL = 64


@dataclass(slots=True)
class InMemoryBroker:
    """One jobs topic, one group that reads it, and whatever was published elsewhere."""

    partitions: int = 1
    log: dict[Partition, list[Record]] = field(default_factory=lambda: defaultdict(list))
    published: list[Message] = field(default_factory=list)
    committed: dict[Partition, int] = field(default_factory=dict)
    members: "list[InMemoryJobSource]" = field(default_factory=list)

    def produce(
        self,
        value: bytes | None,
        partition: int = 0,
        key: bytes | None = None,
        headers: Headers = (),
    ) -> Record:
        place = Partition(TOPIC, partition)
        record = Record(place, len(self.log[place]), ARRIVED_MS, key, value, headers)
        self.log[place].append(record)
        return record

    def share(self, member: "InMemoryJobSource") -> set[Partition]:
        """What the group wants this member to own."""
        count, index = len(self.members), self.members.index(member)
        return {Partition(TOPIC, n) for n in range(self.partitions) if n % count == index}

    def is_free(self, partition: Partition) -> bool:
        """Whether no member holds it: a new owner waits until the old one has let go."""
        return not any(partition in member.held for member in self.members)

    def commit(self, member: "InMemoryJobSource", offsets: Mapping[Partition, int]) -> str:
        """Take any member's offsets, as brokers do: they ask who commits, not what is its own."""
        if member not in self.members:
            return "not a member of the group"
        self.committed.update(offsets)
        return ""


@dataclass(slots=True, eq=False)
class InMemoryJobSource:
    """The `JobSource` port on such a broker; like the real client, it remembers pauses."""

    broker: InMemoryBroker
    held: dict[Partition, int] = field(default_factory=dict)
    """The partitions that are ours, and where to read on."""
    silent: set[Partition] = field(default_factory=set)
    """Paused, also while they are somebody else's."""
    _listener: AssignmentListener | None = None

    def subscribe(self, listener: AssignmentListener) -> None:
        self._listener = listener
        self.broker.members.append(self)

    def poll(self, timeout_seconds: float) -> Sequence[Record]:
        self._rebalance()
        return [record for partition in sorted(self.held) for record in self._read(partition)]

    def pause(self) -> None:
        self.silent.update(self.held)

    def resume(self) -> None:
        self.silent.difference_update(self.held)

    def commit(self, offsets: Mapping[Partition, int]) -> str:
        """Return the problem, or an empty string."""
        return self.broker.commit(self, offsets)

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
        if partitions:
            self.held.update((p, self.broker.committed.get(p, 0)) for p in partitions)
            self.listener.on_assigned(partitions)

    def _revoke(self, partitions: Sequence[Partition]) -> None:
        if partitions:
            self.listener.on_revoked(partitions)
            self._release(partitions)

    def _lose(self, partitions: Sequence[Partition]) -> None:
        if partitions:
            self.listener.on_lost(partitions)
            self._release(partitions)

    def _release(self, partitions: Sequence[Partition]) -> None:
        for partition in partitions:
            del self.held[partition]

    def _read(self, partition: Partition) -> Sequence[Record]:
        if partition in self.silent:
            return ()
        position = self.held[partition]
        records = self.broker.log[partition][position : position + MOST_RECORDS_PER_POLL]
        self.held[partition] = position + len(records)
        return records
