"""Whether the main loop keeps the promise, story by story."""

from consumer.core.model import Commit, Partition
from schemas.commit_metadata import Mark
from tests.fakes.clock import FakeClock
from tests.fakes.job_source import TOPIC, InMemoryBroker
from tests.fakes.loop import LoopWorker, worker_of, working
from tests.fakes.stages import larger

P0, P1 = Partition(TOPIC, 0), Partition(TOPIC, 1)


class TestTurns:
    def test_a_job_starts_once_its_mark_is_committed(self) -> None:
        worker = worker_of().joined()
        worker.publisher.hangs = True
        worker.produce(0)
        worker.turn(5)
        assert worker.stages.working == []

        worker.publisher.hangs = False
        worker.turn(3)

        assert worker.under_way == [0]
        assert worker.marks == {0: Mark(starts=1)}

    def test_a_job_whose_mark_could_not_be_committed_starts_later(self) -> None:
        worker = worker_of().joined()
        worker.publisher.fail_commits("the coordinator moves")
        worker.produce(0)

        worker.turn(8)

        assert worker.under_way == [0]
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
        assert worker.under_way == [0, 1]

        worker.stages.finish()
        worker.quiesce()
        assert worker.under_way == [1, 2]

    def test_says_when_it_last_turned(self) -> None:
        worker = worker_of().joined()
        assert worker.loop.account.turned_at is None

        worker.turn(2)

        assert worker.loop.account.turned_at == 1.0

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

        assert second.under_way == [0, 2]

    def test_records_that_retention_removed_are_reported(self) -> None:
        worker = working(0, 0, 0)
        worker.source.evict()
        worker.broker.log[P0].retain_from(2)

        second = LoopWorker(worker.broker, worker.clock).joined()
        second.quiesce()

        assert second.telemetry.lost == [(P0, range(2))]
        assert second.under_way == [2]

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
