"""Whether the promise holds whatever happens to the workers of a group, in whatever order."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from consumer.core.model import Partition, Publication
from consumer.core.work import Completion
from tests.fakes.clock import FakeClock
from tests.fakes.job_source import TOPIC, InMemoryBroker
from tests.fakes.loop import LoopWorker
from tests.fakes.publisher import InMemoryPublisher

PARTITIONS = 2
ROUNDS_TO_SETTLE = 20

partitions = st.integers(0, PARTITIONS - 1)
members = st.integers(0, 1)
"""Which worker something happens to; a lone one meets it either way."""


class WatchedPublisher(InMemoryPublisher):
    """Takes nothing of an assignment that is gone."""

    ended: list[Completion]

    def hand_over(self, publication: Publication) -> None:
        for message in publication.messages:
            owners = [c.ticket for c in self.ended if any(m is message for m in c.messages)]
            assert [ticket.live for ticket in owners] == [True]
        InMemoryPublisher.hand_over(self, publication)


class Group(RuleBasedStateMachine):
    """One or two workers, jobs, and everything that can go wrong between them."""

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

    @rule(member=members, times=st.integers(1, 3))
    def turn(self, member: int, times: int) -> None:
        for _ in range(times):
            self._worker(member).loop.turn()

    @rule(member=members)
    def work_for_a_while(self, member: int) -> None:
        worker = self._worker(member)
        for _ in range(4):
            worker.loop.turn()
            self._finish_all(worker)

    @rule(member=members, index=st.integers(0, 10))
    def finish_one(self, member: int, index: int) -> None:
        worker = self._worker(member)
        if worker.stages.working:
            self._finish(worker, index % len(worker.stages.working))

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

    @rule(seconds=st.sampled_from([0.1, 1.0, 30.0]))
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

    @invariant()
    def nothing_unsettled_is_committed(self) -> None:
        for partition, committed in self.broker.committed.items():
            assert self._unsettled(partition, committed) == []

    @invariant()
    def commits_never_go_back(self) -> None:
        for partition, committed in self.seen_committed.items():
            assert self.broker.committed[partition] >= committed
        self.seen_committed = dict(self.broker.committed)

    def teardown(self) -> None:
        """When all is well again, everything is settled and committed in the end."""
        for worker in self.workers:
            worker.publisher.heal()
        for _ in range(ROUNDS_TO_SETTLE):
            for worker in self.workers:
                self._finish_all(worker)
                worker.turn(3)
            if self._is_settled():
                break
        assert self._is_settled()
        self.commits_never_go_back()
        self.nothing_unsettled_is_committed()

    def _is_settled(self) -> bool:
        ends = {p: len(records) for p, records in self.broker.log.items() if records}
        return self.broker.committed.items() >= ends.items()

    def _new_worker(self) -> LoopWorker:
        worker = LoopWorker(self.broker, self.clock)
        worker.publisher = worker.loop.publisher = WatchedPublisher(worker.source, self.clock)
        worker.publisher.ended = []
        return worker.joined()

    def _worker(self, member: int) -> LoopWorker:
        return self.workers[member % len(self.workers)]

    def _finish(self, worker: LoopWorker, index: int = 0) -> None:
        assert isinstance(worker.publisher, WatchedPublisher)
        worker.publisher.ended.append(worker.stages.finish(index))

    def _finish_all(self, worker: LoopWorker) -> None:
        while worker.stages.working:
            self._finish(worker)

    def _unsettled(self, partition: Partition, below: int) -> list[int]:
        answered = {message.key for message in self.broker.published}
        return [
            record.offset
            for record in self.broker.log[partition][:below]
            if record.value is not None
            and f"{TOPIC}/{partition.number}/{record.offset}".encode() not in answered
        ]


Group.TestCase.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
test_keeps_the_promise = Group.TestCase
