"""Whether the promise holds whatever happens to the workers of a group, in whatever order."""

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from consumer.core.assignment import MOST_RECORDS_PER_POLL
from consumer.core.model import Commit, Partition, Publication
from consumer.core.work import Completion, Setback
from schemas.commit_metadata import decode
from tests.fakes.clock import FakeClock
from tests.fakes.job_source import TOPIC, InMemoryBroker
from tests.fakes.loop import LoopWorker
from tests.fakes.publisher import InMemoryPublisher

PARTITIONS = 2
HIGH = 4
METADATA_MAX_BYTES = 512
ROUNDS_TO_SETTLE = 60

partitions = st.integers(0, PARTITIONS - 1)
members = st.integers(0, 1)
"""Which worker something happens to; a lone one meets it either way."""
indexes = st.integers(0, 10)
OUTAGE = Setback("storage_unavailable", "connection refused", "s3://a/0", everybody=True)
OUT_OF_MEMORY = Setback("out_of_memory", "does not fit")


class WatchedPublisher(InMemoryPublisher):
    """Takes nothing of an assignment that is gone."""

    ended: list[Completion]

    def hand_over(self, publication: Publication) -> None:
        for message in publication.messages:
            owners = [c.ticket for c in self.ended if any(m is message for m in c.messages)]
            assert [ticket.live for ticket in owners] == [True]
        for commit in publication.commits.values():
            assert len(commit.metadata) <= METADATA_MAX_BYTES
        InMemoryPublisher.hand_over(self, publication)


class Group(RuleBasedStateMachine):
    """One or two workers, jobs, and everything that can go wrong between them."""

    transactional = True

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.broker = InMemoryBroker(PARTITIONS)
        self.workers = [self._new_worker()]
        self.seen_committed: dict[Partition, int] = {}

    @rule(partition=partitions, jobs=st.integers(1, 6))
    def produce(self, partition: int, jobs: int) -> None:
        for _ in range(jobs):
            self.broker.produce(b"{}", partition)

    @rule(partition=partitions)
    def produce_a_tombstone(self, partition: int) -> None:
        self.broker.produce(None, partition)

    @rule(partition=partitions)
    def a_transaction_of_a_producer_ends(self, partition: int) -> None:
        self.broker.log[Partition(TOPIC, partition)].skip()

    @rule(member=members, times=st.integers(1, 3))
    def turn(self, member: int, times: int) -> None:
        for _ in range(times):
            self._worker(member).loop.turn()

    @rule(member=members)
    def work_for_a_while(self, member: int) -> None:
        worker = self._worker(member)
        for _ in range(4):
            worker.quiesce()
            self._finish_all(worker)

    @rule(member=members, index=indexes)
    def finish_one(self, member: int, index: int) -> None:
        worker = self._worker(member)
        if worker.stages.working:
            self._finish(worker, index % len(worker.stages.working))

    @rule(member=members, index=indexes, setback=st.sampled_from([OUTAGE, OUT_OF_MEMORY]))
    def fail_one_that_may_heal(self, member: int, index: int, setback: Setback) -> None:
        worker = self._worker(member)
        if worker.stages.working:
            self._finish(worker, index % len(worker.stages.working), setback)

    @rule(member=members)
    def fail_the_next_messages(self, member: int) -> None:
        self._worker(member).publisher.fail_messages("messages refused")

    @rule(member=members)
    def fail_the_next_commit(self, member: int) -> None:
        self._worker(member).publisher.fail_commits("commit refused")

    @rule(member=members)
    def finished_while_the_publisher_hangs(self, member: int) -> None:
        """What a revocation past its bound, or a loss, leaves open."""
        worker = self._worker(member)
        worker.publisher.hangs = True
        self._finish_all(worker)
        worker.loop.turn()

    @rule(member=members)
    def publisher_hangs(self, member: int) -> None:
        self._worker(member).publisher.hangs = True

    @rule(member=members)
    def publisher_goes_on(self, member: int) -> None:
        self._worker(member).publisher.hangs = False
        self.turn(member, times=2)

    @rule(seconds=st.sampled_from([0.1, 1.0, 30.0, 300.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @precondition(lambda self: len(self.workers) == 1)
    @rule()
    def another_worker_joins(self) -> None:
        self.workers.append(self._new_worker())

    @precondition(lambda self: len(self.workers) == 1)
    @rule()
    def another_worker_joins_and_comes_further(self) -> None:
        self.another_worker_joins()
        self.turn(0, times=1)
        for partition in range(PARTITIONS):
            self.produce(partition, jobs=1)
        self.work_for_a_while(1)

    @precondition(lambda self: len(self.workers) == 2)
    @rule(member=members)
    def a_worker_leaves(self, member: int) -> None:
        self.workers.pop(member).source.close()

    @rule(member=members)
    def a_worker_is_thrown_out(self, member: int) -> None:
        source = self._worker(member).source
        if source in self.broker.members:
            source.evict()

    @rule(member=members)
    def a_worker_is_killed_and_another_takes_its_place(self, member: int) -> None:
        """What it had handed over and nobody committed is aborted with it."""
        index = member % len(self.workers)
        source = self.workers[index].source
        if source in self.broker.members:
            source.evict()
        self.workers[index] = self._new_worker()

    @invariant()
    def nothing_unsettled_counts_as_finished(self) -> None:
        for partition, commit in self.broker.commits.items():
            assert [o for o in self._unsettled(partition) if _is_finished(commit, o)] == []

    @invariant()
    def commits_never_go_back(self) -> None:
        for partition, committed in self.seen_committed.items():
            assert self.broker.committed[partition] >= committed
        self.seen_committed = dict(self.broker.committed)

    @invariant()
    def nothing_is_published_twice(self) -> None:
        if self.transactional:
            published = Counter(message.key for message in self.broker.published)
            assert [key for key, times in published.items() if times > 1] == []

    @invariant()
    def in_flight_stays_bounded(self) -> None:
        for worker in self.workers:
            live = [ticket for ticket in worker.stages.working if ticket.live]
            assert worker.loop.workload.waiting + len(live) <= HIGH + MOST_RECORDS_PER_POLL

    @invariant()
    def a_suspect_runs_alone(self) -> None:
        for worker in self.workers:
            live = [ticket for ticket in worker.stages.working if ticket.live]
            if any(ticket.is_suspect for ticket in live):
                assert len(live) == 1

    def teardown(self) -> None:
        """When all is well again, everything is settled and committed in the end."""
        for worker in self.workers:
            worker.publisher.heal()
        for _ in range(ROUNDS_TO_SETTLE):
            for worker in self.workers:
                self._finish_all(worker)
                worker.turn(3)
            self.clock.advance(100.0)
            if self._is_settled():
                break
        assert self._is_settled()
        assert all(self._unsettled(partition) == [] for partition in self.broker.log)
        self.commits_never_go_back()
        self.nothing_is_published_twice()

    def _is_settled(self) -> bool:
        ends = {p: log.end for p, log in self.broker.log.items() if log.end}
        return self.broker.committed.items() >= ends.items()

    def _new_worker(self) -> LoopWorker:
        worker = LoopWorker(
            self.broker, self.clock, HIGH, METADATA_MAX_BYTES, transactional=self.transactional
        )
        watched = WatchedPublisher(worker.source, self.clock, transactional=self.transactional)
        watched.ended = []
        worker.publisher = worker.loop.publishing.publisher = watched
        return worker.joined()

    def _worker(self, member: int) -> LoopWorker:
        return self.workers[member % len(self.workers)]

    def _finish(self, worker: LoopWorker, index: int = 0, setback: Setback | None = None) -> None:
        assert isinstance(worker.publisher, WatchedPublisher)
        worker.publisher.ended.append(worker.stages.finish(index, setback))

    def _finish_all(self, worker: LoopWorker) -> None:
        while worker.stages.working:
            self._finish(worker)

    def _unsettled(self, partition: Partition) -> list[int]:
        answered = {message.key for message in self.broker.published}
        return [
            record.offset
            for record in self.broker.log[partition].records
            if record.value is not None and f"{partition}/{record.offset}".encode() not in answered
        ]


class GroupWithoutTransactions(Group):
    """The same with plain commits: nothing is lost, but something may come twice."""

    transactional = False


def _is_finished(commit: Commit, offset: int) -> bool:
    """Whether a new owner would skip the offset."""
    progress = decode(commit.offset, commit.metadata)
    return offset < progress.end and offset not in progress.open


Group.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
GroupWithoutTransactions.TestCase.settings = settings(
    max_examples=30, stateful_step_count=40, deadline=None
)
test_keeps_the_promise = Group.TestCase
test_loses_nothing_without_transactions = GroupWithoutTransactions.TestCase
