"""Whether owners that follow one another do each job once, whatever becomes of their commits.

The model knows the group's jobs by heart: which are done, what is marked, and which of it would be
true for the next owner if this one died now.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from consumer.core.assignment import MOST_RECORDS_PER_POLL
from consumer.core.model import Commit, Partition
from consumer.core.offsets import Ledger, Ticket
from consumer.core.start import starting_point
from schemas.commit_metadata import Mark, decode
from tests.fakes.jobs import PARTITION, record

METADATA_MAX_BYTES = 600
"""So little that it is crowded soon."""

gaps = st.one_of(st.just(0), st.integers(0, 5), st.integers(10**9, 10**10))
anybody = st.integers(0, 1_000)
"""Chooses among as many as there are."""


@dataclass
class Truth:
    """What is known about the jobs of the log."""

    done: set[int] = field(default_factory=set)
    marks: dict[int, Mark] = field(default_factory=dict)

    def of(self, offset: int) -> Mark:
        return self.marks.get(offset, Mark())

    def copy(self) -> "Truth":
        return Truth(set(self.done), dict(self.marks))

    def change(self, offset: int, starts: int = 0, attempts: int = 0) -> None:
        mark = self.of(offset)
        self.marks[offset] = Mark(max(0, mark.starts + starts), max(0, mark.attempts + attempts))


class OwnersInTurn(RuleBasedStateMachine):
    """One partition; its owners die, hand over, or come back to it."""

    def __init__(self) -> None:
        super().__init__()
        self.log = list(range(0, 40, 2))
        self.log_start, self.log_end = 0, 40
        self.committed: Commit | None = None
        self.durable = Truth()
        self.publication: tuple[Mapping[Partition, Commit], Truth] | None = None
        self.old_news: list[Mapping[Partition, Commit]] = []
        self.ledger = Ledger(METADATA_MAX_BYTES)
        self.own()

    def own(self, survived: Collection[int] = ()) -> None:
        """Whoever it is, it knows what was committed, and what it began itself and survived."""
        start = starting_point(PARTITION, self.committed, range(self.log_start, self.log_end))
        self.ledger.begin(start)
        self.inherited = self.durable.copy()
        for offset in survived:
            self.inherited.change(offset, starts=-1)
        self.now = self.inherited.copy()
        self.position = start.position
        self.tickets: dict[int, Ticket] = {}
        self.finished: dict[int, Ticket] = {}
        self.begun: set[int] = set()

    # The log

    @rule(distances=st.lists(gaps, min_size=1, max_size=20), markers=st.integers(0, 2))
    def grow(self, distances: list[int], markers: int) -> None:
        for distance in distances:
            self.log.append(self.log_end + distance)
            self.log_end = self.log[-1] + 1
        self.log_end += markers

    @precondition(lambda self: any(each >= self.position for each in self.log))
    @rule(which=anybody)
    def compact(self, which: int) -> None:
        """A record that nobody has been given vanishes."""
        coming = [each for each in self.log if each >= self.position]
        self.log.remove(coming[which % len(coming)])

    # The loop

    @precondition(lambda self: PARTITION not in self.ledger.crowded())
    @rule(most=st.integers(1, MOST_RECORDS_PER_POLL))
    def poll(self, most: int) -> None:
        coming = [each for each in self.log if each >= self.position]
        for offset in coming[:most]:
            self.deliver(offset)
        if most >= len(coming):
            self.ledger.reached_end(PARTITION, self.log_end)
            self.position = max(self.position, self.log_end)

    def deliver(self, offset: int) -> None:
        ticket = self.ledger.admit(record(b"{}", offset))
        assert (ticket is None) == (offset in self.inherited.done)
        self.position = offset + 1
        if ticket is not None:
            assert Mark(ticket.starts, ticket.attempt - 1) == self.inherited.of(offset)
            self.tickets[offset] = ticket

    @precondition(lambda self: any(each < self.position for each in self.log))
    @rule(which=anybody)
    def deliver_again(self, which: int) -> None:
        delivered = [each for each in self.log if each < self.position]
        again = record(b"{}", delivered[which % len(delivered)])
        assert self.ledger.admit(again) is None

    @precondition(lambda self: self.tickets)
    @rule(which=anybody, many=st.integers(1, 8))
    def begin(self, which: int, many: int) -> None:
        for offset in self.some(which, many, self.tickets):
            self.tickets[offset].begin()
            if offset not in self.begun:
                self.begun.add(offset)
                self.now.change(offset, starts=1)

    @precondition(lambda self: self.tickets)
    @rule(which=anybody, many=st.integers(1, 30))
    def finish(self, which: int, many: int) -> None:
        for offset in self.some(which, many, self.tickets):
            self.finished[offset] = self.tickets.pop(offset)
            self.finished[offset].finish()
            self.now.done.add(offset)

    @precondition(lambda self: self.publication is None and self.unpublished)
    @rule(which=anybody, many=st.integers(1, 30))
    def reopen(self, which: int, many: int) -> None:
        for offset in self.some(which, many, self.unpublished):
            self.tickets[offset] = self.finished.pop(offset)
            self.tickets[offset].reopen()
            self.now.done.remove(offset)

    @property
    def unpublished(self) -> Collection[int]:
        return self.finished.keys() - self.durable.done

    @precondition(lambda self: self.tickets)
    @rule(which=anybody, many=st.integers(1, 8), forgive=st.booleans())
    def put_off(self, which: int, many: int, forgive: bool) -> None:
        for offset in self.some(which, many, self.tickets):
            self.tickets[offset].put_off()
            self.take_back({offset})
            self.now.change(offset, attempts=1)
            if forgive:
                self.tickets[offset].forgive()
                self.now.change(offset, attempts=-1)

    def some(self, which: int, many: int, of: Collection[int]) -> list[int]:
        """Neighbours, or every second one."""
        return sorted(of)[which % len(of) :: 1 + which % 2][:many]

    def take_back(self, offsets: set[int]) -> None:
        for offset in offsets & self.begun:
            self.begun.discard(offset)
            self.now.change(offset, starts=-1)

    # Commits

    @precondition(lambda self: self.publication is None)
    @rule()
    def hand_over(self) -> None:
        """What is offered is true, and what is not offered is there."""
        commits = self.ledger.commits()
        if commit := commits.get(PARTITION, self.committed):
            self.check(commit)
        self.publication = (commits, self.now.copy())

    @precondition(lambda self: self.publication is not None)
    @rule(made=st.booleans(), told=st.booleans())
    def learn_the_outcome(self, made: bool, told: bool) -> None:
        commits = self.end_publication(made)
        if told:
            (self.ledger.committed if made else self.ledger.not_made)(commits)

    @precondition(lambda self: self.publication is None)
    @rule()
    def publish(self) -> None:
        """Nobody who has nothing to do waits for himself."""
        self.hand_over()
        self.learn_the_outcome(made=True, told=True)
        assert self.tickets or PARTITION not in self.ledger.crowded()

    @rule()
    def hear_old_news(self) -> None:
        """An outcome of an assignment that is gone says nothing about this one."""
        for commits in self.old_news:
            self.ledger.committed(commits)
            self.ledger.not_made(commits)

    @rule(which=anybody)
    def hand_back(self, which: int) -> None:
        keep = self.some(which, 1, self.tickets) if self.tickets else []
        self.ledger.hand_back([PARTITION], [self.tickets[offset] for offset in keep])
        self.take_back(self.begun.difference(keep))

    def end_publication(self, made: bool) -> Mapping[Partition, Commit]:
        """Make the commits, or not; an empty publication changes nothing."""
        assert self.publication is not None
        (commits, truth), self.publication = self.publication, None
        if made and commits:
            before, self.committed = self.committed, commits[PARTITION]
            assert before is None or before.offset <= self.committed.offset
            self.durable = truth
        return commits

    # Owners

    @rule(made=st.booleans(), same=st.booleans(), retention=st.integers(0, 12))
    def change_owner(self, made: bool, same: bool, retention: int) -> None:
        """The open transaction ends one way or the other, and retention may have come by."""
        if self.publication:
            self.old_news.append(self.end_publication(made))
        old = [*self.tickets.values(), *self.finished.values()]
        if retention > 9 and self.log:
            self.log = self.log[len(self.log) // 2 :]
            self.log_start = self.log[0]
        self.ledger.end([PARTITION])
        self.ledger = self.ledger if same else Ledger(METADATA_MAX_BYTES)
        self.own(self.begun if same else ())
        for ticket in old:
            assert not ticket.live
            ticket.finish()

    def check(self, commit: Commit) -> None:
        """A successor that believes it would do exactly what is not done."""
        progress = decode(commit.offset, commit.metadata)
        believed = {
            each: progress.open.get(each, Mark())
            for each in self.log
            if each >= progress.end or each in progress.open
        }
        to_do = [each for each in self.log if each not in self.now.done]
        assert believed == {each: self.now.of(each) for each in to_do}
        assert all(each >= commit.offset for each in to_do)
        assert len(commit.metadata) <= METADATA_MAX_BYTES


OwnersInTurn.TestCase.settings = settings(max_examples=200, stateful_step_count=50, deadline=None)
test_each_job_is_done_once_by_owners_in_turn = OwnersInTurn.TestCase
