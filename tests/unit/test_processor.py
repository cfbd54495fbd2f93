"""Whether the main loop keeps the promise, story by story."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from consumer.core.model import Partition
from tests.fakes.clock import FakeClock
from tests.fakes.job_source import TOPIC, InMemoryBroker, InMemoryJobSource
from tests.fakes.loop import REVOKE_SECONDS, LoopWorker

P0, P1 = Partition(TOPIC, 0), Partition(TOPIC, 1)


@dataclass(slots=True)
class Bystander:
    """Another member of the group, which never commits."""

    assigned: list[Partition] = field(default_factory=list)

    def on_assigned(self, partitions: Sequence[Partition]) -> None:
        self.assigned.extend(partitions)

    def on_revoked(self, partitions: Sequence[Partition]) -> None:
        pass

    def on_lost(self, partitions: Sequence[Partition]) -> None:
        pass


def bystander(worker: LoopWorker) -> InMemoryJobSource:
    """Another member joins the group."""
    source = InMemoryJobSource(worker.broker)
    source.subscribe(Bystander())
    return source


def worker_of(partitions: int = 1, high: int = 4) -> LoopWorker:
    return LoopWorker(InMemoryBroker(partitions), FakeClock(), high)


def working(*partitions: int, high: int = 4) -> LoopWorker:
    """A worker with one job under way for each of these partitions."""
    worker = worker_of(max(partitions) + 1, high).joined()
    worker.produce(*partitions)
    worker.turn(3)  # the third commits the offsets that reading begins at
    assert len(worker.stages.working) == len(partitions)
    return worker


class TestTurns:
    def test_a_finished_job_is_published_and_then_committed(self) -> None:
        worker = working(0)

        worker.stages.finish()
        worker.turn(2)

        assert worker.published == ["jobs/0/0"]
        assert worker.broker.committed == {P0: 0}

        worker.turn()

        assert worker.broker.committed == {P0: 1}
        assert [completion.job_id for completion in worker.telemetry.settled] == ["job-0"]

    def test_a_job_that_overtook_another_is_published_and_not_committed(self) -> None:
        worker = working(0, 0)

        worker.stages.finish(1)
        worker.turn(6)

        assert worker.published == ["jobs/0/1"]
        assert worker.broker.committed == {P0: 0}

        worker.stages.finish()
        worker.turn(6)

        assert worker.published == ["jobs/0/1", "jobs/0/0"]
        assert worker.broker.committed == {P0: 2}

    def test_a_tombstone_is_skipped_counted_and_committed(self) -> None:
        worker = worker_of().joined()
        tombstone = worker.broker.produce(None)

        worker.turn(4)

        assert worker.telemetry.tombstones == [tombstone]
        assert worker.stages.working == []
        assert worker.published == []
        assert worker.broker.committed == {P0: 1}

    def test_intake_pauses_at_the_high_mark_and_resumes_at_the_low_one(self) -> None:
        worker = working(0, 0, high=2)
        worker.produce(0)

        worker.turn(3)
        assert len(worker.stages.working) == 2

        worker.stages.finish()
        worker.turn(6)
        assert [ticket.record.offset for ticket in worker.stages.working] == [1, 2]

    def test_says_when_it_last_turned(self) -> None:
        worker = worker_of().joined()
        assert worker.loop.turned_at is None

        worker.turn(2)

        assert worker.loop.turned_at == 1.0


class TestFailedPublications:
    def test_go_again_before_newer_ones_and_in_order(self) -> None:
        worker = working(0, 0, 0)
        worker.publisher.fail_messages("the broker is down")
        worker.stages.finish()
        worker.stages.finish()
        worker.turn()

        worker.stages.finish()
        worker.turn(8)

        assert worker.published == ["jobs/0/0", "jobs/0/1", "jobs/0/2"]
        assert worker.broker.committed == {P0: 3}
        assert worker.telemetry.problems == ["the broker is down"]
        assert len(worker.telemetry.settled) == 3

    def test_a_failed_commit_is_committed_with_a_later_turn_and_publishes_nothing_again(
        self,
    ) -> None:
        worker = working(0)
        worker.publisher.fail_commits("the coordinator moves")

        worker.stages.finish()
        worker.turn(8)

        assert worker.published == ["jobs/0/0"]
        assert worker.broker.committed == {P0: 1}
        assert len(worker.telemetry.settled) == 1

    def test_are_not_tried_again_at_once(self) -> None:
        worker = working(0)
        worker.publisher.fail_messages(*["refused"] * 1000)
        tried = len(worker.publisher.handed_over)
        worker.stages.finish()

        for _ in range(100):
            worker.loop.turn()

        assert len(worker.publisher.handed_over) == tried + 1


class TestRebalances:
    def test_a_revocation_publishes_and_commits_what_is_finished(self) -> None:
        worker = working(0, 1)
        finished = next(t for t in worker.stages.working if t.record.partition == P1)
        worker.stages.finish(worker.stages.working.index(finished))

        bystander(worker)
        worker.turn()

        assert worker.published == ["jobs/1/0"]
        assert worker.broker.committed[P1] == 1
        assert worker.source.held.keys() == {P0}

    def test_nothing_is_published_after_a_revocation(self) -> None:
        worker = working(0, 1)
        bystander(worker)
        worker.turn()

        worker.stages.finish_all()
        worker.turn(4)

        assert worker.published == ["jobs/0/0"]
        assert [c.ticket.record.partition for c in worker.telemetry.late] == [P1]

    def test_a_loss_publishes_nothing(self) -> None:
        worker = working(0)
        worker.stages.finish()

        worker.source.evict()
        worker.loop.turn()

        assert worker.published == []
        assert len(worker.telemetry.late) == 1
        assert [event for event, *_ in worker.telemetry.assignments] == [
            "assigned",
            "lost",
            "assigned",
        ]

    def test_a_revocation_waits_no_longer_than_its_bound(self) -> None:
        worker = working(0, 1)
        worker.publisher.hangs = True
        worker.stages.finish_all()
        began = worker.clock.monotonic()

        bystander(worker)
        worker.loop.turn()

        assert worker.clock.monotonic() - began == REVOKE_SECONDS
        assert worker.source.held.keys() == {P0}

    def test_a_publication_that_outlives_its_partition_commits_nothing_for_it(self) -> None:
        worker = working(0, 1)
        worker.publisher.hangs = True
        worker.stages.finish_all()
        other = bystander(worker)
        worker.turn()
        other.poll(0)
        other.commit({P1: 9})

        worker.publisher.hangs = False
        worker.turn(4)

        assert worker.broker.committed == {P0: 1, P1: 9}

    def test_a_partition_that_comes_back_is_read_again_from_its_commit(self) -> None:
        worker = working(0, 1)
        other = bystander(worker)
        worker.turn()
        other.close()
        worker.produce(1)

        worker.turn()

        assert [(t.record.partition, t.record.offset) for t in worker.stages.working] == [
            (P0, 0),
            (P1, 0),
            (P1, 0),
            (P1, 1),
        ]

    def test_a_partition_that_was_paused_when_it_left_is_not_silent_when_it_returns(self) -> None:
        worker = working(0, 1, high=2)
        assert worker.source.silent == {P0, P1}
        other = bystander(worker)
        worker.stages.finish_all()
        worker.turn(6)
        other.close()
        worker.produce(1)

        worker.turn(2)

        assert [ticket.record.partition for ticket in worker.stages.working] == [P1]

    def test_partitions_that_come_while_intake_is_paused_stay_silent(self) -> None:
        worker = working(0, high=1)
        worker.broker.partitions = 2
        worker.produce(1)

        worker.turn(2)

        assert worker.source.held.keys() == {P0, P1}
        assert len(worker.stages.working) == 1

    def test_leaving_the_group_publishes_what_ended_after_the_last_turn(self) -> None:
        worker = working(0)
        worker.stages.finish()

        worker.source.close()

        assert worker.published == ["jobs/0/0"]
        assert worker.broker.committed == {P0: 1}
