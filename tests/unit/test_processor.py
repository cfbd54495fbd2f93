"""Whether the main loop keeps the promise, story by story."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from consumer.core.model import Commit, Partition
from consumer.core.start import Start
from consumer.processor import Bounds
from schemas.commit_metadata import Mark
from tests.fakes.clock import FakeClock
from tests.fakes.job_source import TOPIC, InMemoryBroker, InMemoryJobSource
from tests.fakes.loop import REVOKE_SECONDS, LoopWorker
from tests.fakes.stages import larger

P0, P1 = Partition(TOPIC, 0), Partition(TOPIC, 1)


@dataclass(slots=True)
class Bystander:
    """Another member of the group, which never commits."""

    assigned: list[Partition] = field(default_factory=list)

    def on_assigned(self, starts: Sequence[Start]) -> None:
        self.assigned.extend(start.partition for start in starts)

    def on_refused(self, partition: Partition, reason: str) -> None:
        raise AssertionError(reason)

    def on_skipped(self, partition: Partition, lost: range) -> None:
        raise AssertionError(lost)

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
    worker.quiesce()
    assert len(worker.stages.working) == len(partitions)
    return worker


def offsets(worker: LoopWorker) -> list[int]:
    return [ticket.record.offset for ticket in worker.stages.working]


class TestTurns:
    def test_a_job_starts_once_its_mark_is_committed(self) -> None:
        worker = worker_of().joined()
        worker.publisher.hangs = True
        worker.produce(0)
        worker.turn(5)
        assert worker.stages.working == []

        worker.publisher.hangs = False
        worker.turn(3)

        assert offsets(worker) == [0]
        assert worker.marks == {0: Mark(starts=1)}

    def test_a_job_whose_mark_could_not_be_committed_starts_later(self) -> None:
        worker = worker_of().joined()
        worker.publisher.fail_commits("the coordinator moves")
        worker.produce(0)

        worker.turn(8)

        assert offsets(worker) == [0]
        assert worker.telemetry.problems == ["the coordinator moves"]

    def test_a_result_and_the_commit_it_stands_for_become_visible_together(self) -> None:
        worker = working(0)

        worker.stages.finish()
        worker.turn(2)
        assert (worker.published, worker.broker.committed) == ([], {P0: 0})

        worker.turn()
        assert (worker.published, worker.broker.committed) == (["jobs/0/0"], {P0: 1})
        assert [completion.job_id for completion in worker.telemetry.settled] == ["job-0"]

    def test_a_job_that_overtook_another_is_published_and_known_to_be_finished(self) -> None:
        worker = working(0, 0)

        worker.stages.finish(1)
        worker.quiesce()

        assert worker.published == ["jobs/0/1"]
        assert worker.broker.committed == {P0: 0}
        assert worker.marks == {0: Mark(starts=1)}

        worker.stages.finish()
        worker.quiesce()

        assert worker.published == ["jobs/0/1", "jobs/0/0"]
        assert worker.broker.commits == {P0: Commit(2)}

    def test_a_tombstone_is_skipped_counted_and_committed(self) -> None:
        worker = worker_of().joined()
        tombstone = worker.broker.produce(None)

        worker.quiesce()

        assert worker.telemetry.tombstones == [tombstone]
        assert worker.stages.working == []
        assert worker.published == []
        assert worker.broker.committed == {P0: 1}

    def test_the_markers_of_a_producers_transactions_leave_no_lag(self) -> None:
        worker = working(0)
        worker.broker.log[P0].skip()

        worker.stages.finish()
        worker.quiesce()

        assert worker.broker.committed == {P0: 2}

    def test_intake_pauses_at_the_high_mark_and_resumes_at_the_low_one(self) -> None:
        worker = working(0, 0, high=2)
        worker.produce(0)

        worker.quiesce()
        assert offsets(worker) == [0, 1]

        worker.stages.finish()
        worker.quiesce()
        assert offsets(worker) == [1, 2]

    def test_says_when_it_last_turned(self) -> None:
        worker = worker_of().joined()
        assert worker.loop.turned_at is None

        worker.turn(2)

        assert worker.loop.turned_at == 1.0

    def test_a_partition_whose_metadata_might_overflow_is_paused_and_the_others_are_not(
        self,
    ) -> None:
        worker = LoopWorker(InMemoryBroker(2), FakeClock(), high=1000, metadata_max_bytes=512)
        worker.joined()
        worker.produce(*[0] * 500, 1)

        for _ in range(50):
            worker.quiesce()

        assert worker.source.paused == {P0}
        assert 0 < len(worker.stages.working) < 100
        assert any(ticket.record.partition == P1 for ticket in worker.stages.working)

        for _ in range(50):
            worker.stages.finish_all()
            worker.quiesce()
        assert worker.broker.committed == {P0: 500, P1: 1}


class TestStarts:
    def test_a_new_owner_skips_what_the_last_one_had_finished(self) -> None:
        first = working(0, 0, 0)
        first.stages.finish(1)
        first.quiesce()
        first.source.evict()

        second = LoopWorker(first.broker, first.clock).joined()
        second.quiesce()

        assert offsets(second) == [0, 2]

    def test_records_that_retention_removed_are_reported(self) -> None:
        worker = working(0, 0, 0)
        worker.source.evict()
        worker.broker.log[P0].retain_from(2)

        second = LoopWorker(worker.broker, worker.clock).joined()
        second.quiesce()

        assert second.telemetry.lost == [(P0, range(2))]
        assert offsets(second) == [2]

    def test_a_commit_beyond_the_end_makes_the_partition_refused_and_the_worker_not_ready(
        self,
    ) -> None:
        worker = worker_of(2).joined()
        worker.broker.commits[P0] = Commit(9)
        worker.produce(0, 1)

        worker.quiesce()

        assert [ticket.record.partition for ticket in worker.stages.working] == [P1]
        assert [partition for partition, _ in worker.telemetry.refused] == [P0]
        assert str(P0) in (worker.loop.why_not_ready() or "")


class TestFailedPublications:
    def test_go_again_before_newer_ones_and_in_order(self) -> None:
        worker = working(0, 0, 0)
        worker.publisher.fail_messages("the broker is down")
        worker.stages.finish()
        worker.stages.finish()
        worker.turn(2)
        assert "the broker is down" in (worker.loop.why_not_ready() or "")

        worker.stages.finish()
        worker.turn(8)

        assert worker.published == ["jobs/0/0", "jobs/0/1", "jobs/0/2"]
        assert worker.broker.committed == {P0: 3}
        assert worker.telemetry.problems == ["the broker is down"]
        assert len(worker.telemetry.settled) == 3
        assert worker.loop.why_not_ready() is None

    def test_a_publication_that_does_not_end_is_a_reason_not_to_be_ready(self) -> None:
        worker = working(0)
        worker.publisher.hangs = True
        worker.stages.finish()

        worker.turn(8)

        assert worker.loop.why_not_ready() == "publishing takes 8 s: the brokers do not answer"

    def test_without_transactions_a_failed_commit_publishes_nothing_again(self) -> None:
        worker = working(0)
        worker.publisher.transactional = False
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

    def test_a_result_that_brokers_refuse_becomes_a_failure_and_its_neighbours_go_out(
        self,
    ) -> None:
        worker = working(0, 0, 0)
        worker.publisher.largest_bytes = 2
        huge, *_ = [worker.stages.finish(1), worker.stages.finish(), worker.stages.finish()]
        worker.stages.finished[0] = larger(huge)

        worker.turn(20)

        assert sorted(worker.published) == ["jobs/0/0", "jobs/0/1", "jobs/0/2"]
        assert [c.code for c in worker.telemetry.settled if c.job_id == "job-1"] == ["internal"]
        assert worker.broker.committed == {P0: 3}


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

    def test_a_revocation_waits_for_what_is_nearly_done(self) -> None:
        worker = working(0, 1)
        nearly = next(t for t in worker.stages.working if t.record.partition == P1)
        worker.stages.nearly_done.append(nearly)

        class Meanwhile(FakeClock):
            def sleep(self, seconds: float) -> None:
                worker.stages.nearly_done.clear()
                worker.stages.finish(worker.stages.working.index(nearly))

        worker.loop.instruments = worker.instruments_on(Meanwhile(worker.clock.seconds))
        bystander(worker)
        worker.turn()

        assert worker.published == ["jobs/1/0"]

    def test_a_revocation_takes_back_the_marks_of_what_it_does_not_finish(self) -> None:
        worker = working(0)
        assert worker.marks == {0: Mark(starts=1)}

        worker.source.close()

        assert worker.marks == {}
        assert worker.broker.committed == {P0: 0}

    def test_a_revocation_that_must_be_short_leaves_time_to_take_back_the_marks(self) -> None:
        worker = working(0)
        worker.loop.bounds = Bounds(revoke_seconds=2.0, drain_seconds=5.0)
        worker.stages.nearly_done = worker.stages.working

        worker.source.close()

        assert worker.marks == {}

    def test_a_worker_that_dies_keeps_the_marks_of_what_is_on_its_device(self) -> None:
        worker = working(0, 0)
        worker.stages.on_device.append(worker.stages.working[1])

        worker.lifecycle.crash(RuntimeError("device"))
        worker.source.close()

        assert worker.marks == {0: Mark(), 1: Mark(starts=1)}

    def test_nothing_is_published_after_a_revocation(self) -> None:
        worker = working(0, 1)
        bystander(worker)
        worker.turn()

        worker.stages.finish_all()
        worker.quiesce()

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
        worker.turn()
        began = worker.clock.monotonic()

        bystander(worker)
        worker.loop.turn()

        assert worker.clock.monotonic() - began == REVOKE_SECONDS
        assert worker.source.held.keys() == {P0}

    @pytest.mark.parametrize("transactional", [True, False])
    def test_a_publication_that_outlives_its_partition_commits_nothing_for_it(
        self, transactional: bool
    ) -> None:
        worker = working(0, 1)
        worker.publisher.transactional = transactional
        worker.publisher.hangs = True
        worker.stages.finish_all()
        other = bystander(worker)
        worker.turn()
        other.poll(0)
        other.commit({P1: Commit(9)})

        worker.publisher.hangs = False
        worker.turn(8)

        assert worker.broker.committed == {P0: 1, P1: 9}

    def test_a_partition_that_comes_back_is_read_again_from_its_commit(self) -> None:
        worker = working(0, 1)
        other = bystander(worker)
        worker.turn()
        other.close()
        worker.produce(1)

        worker.quiesce()

        assert [(t.record.partition, t.record.offset) for t in worker.stages.working] == [
            (P0, 0),
            (P1, 0),
            (P1, 0),
            (P1, 1),
        ]

    def test_a_partition_that_was_paused_when_it_left_is_not_silent_when_it_returns(self) -> None:
        worker = working(0, 1, high=2)
        assert worker.source.paused == {P0, P1}
        other = bystander(worker)
        worker.stages.finish_all()
        worker.quiesce()
        other.close()
        worker.produce(1)

        worker.quiesce()

        assert [ticket.record.partition for ticket in worker.stages.working] == [P1]

    def test_partitions_that_come_while_intake_is_paused_are_paused(self) -> None:
        worker = working(0, high=1)
        worker.broker.partitions = 2

        worker.turn()

        assert worker.source.paused == {P0, P1}

    def test_leaving_the_group_publishes_what_ended_after_the_last_turn(self) -> None:
        worker = working(0)
        worker.stages.finish()

        worker.source.close()

        assert worker.published == ["jobs/0/0"]
        assert worker.broker.committed == {P0: 1}
