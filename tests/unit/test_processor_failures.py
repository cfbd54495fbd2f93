"""Whether jobs that fail wait, run alone or end as they should, in the real loop."""

from consumer.core.work import Setback
from schemas.commit_metadata import Mark
from tests.fakes.clock import FakeClock
from tests.fakes.job_source import InMemoryBroker
from tests.fakes.loop import RETRY_DELAYS_SECONDS, LoopWorker

OUT_OF_MEMORY = Setback("out_of_memory", "does not fit")
NOBODY_ANSWERS = Setback("storage_unavailable", "connection refused", "s3://a/0", everybody=True)


def working(jobs: int, high: int = 40) -> LoopWorker:
    """A worker with so many jobs under way."""
    worker = LoopWorker(InMemoryBroker(), FakeClock(), high).joined()
    worker.produce(*[0] * jobs)
    for _ in range(3):
        worker.quiesce()
    assert len(worker.stages.working) == jobs
    return worker


def successor_of(worker: LoopWorker) -> LoopWorker:
    """The worker is killed, and another takes its place."""
    worker.source.evict()
    successor = LoopWorker(worker.broker, worker.clock).joined()
    successor.quiesce()
    return successor


class TestRetries:
    def test_a_job_that_failed_waits_while_others_pass_it(self) -> None:
        worker = working(2)
        worker.stages.finish(0, OUT_OF_MEMORY)
        worker.stages.finish(0)
        worker.quiesce()

        assert worker.published == ["jobs/0/1"]
        assert worker.stages.working == []
        assert worker.marks == {0: Mark(attempts=1)}
        assert [seconds for _, seconds in worker.telemetry.put_off] == [30.0]

        worker.clock.advance(30.0)
        worker.quiesce()
        assert worker.under_way == [0]
        assert worker.marks == {0: Mark(starts=1, attempts=1)}

    def test_a_job_that_keeps_failing_ends_when_its_attempts_are_spent(self) -> None:
        worker = working(1)
        for delay in RETRY_DELAYS_SECONDS:
            worker.stages.finish(0, OUT_OF_MEMORY)
            worker.quiesce()
            assert worker.published == []
            worker.clock.advance(delay)
            worker.quiesce()

        worker.stages.finish(0, OUT_OF_MEMORY)
        worker.quiesce()

        assert worker.published == ["jobs/0/0"]
        assert [completion.code for completion in worker.telemetry.settled] == ["out_of_memory"]

    def test_attempts_survive_the_death_of_a_worker(self) -> None:
        worker = working(1)
        worker.stages.finish(0, OUT_OF_MEMORY)
        worker.quiesce()

        successor = successor_of(worker)

        assert [ticket.attempt for ticket in successor.stages.working] == [2]

    def test_jobs_that_wait_take_no_room_of_others(self) -> None:
        worker = working(4, high=4)
        for _ in range(4):
            worker.stages.finish(0, OUT_OF_MEMORY)
        worker.produce(0)

        worker.quiesce()

        assert worker.under_way == [4]


class TestOutages:
    def test_nothing_starts_while_the_store_is_out_and_no_attempt_is_spent(self) -> None:
        worker = working(2)
        worker.stages.finish(0, NOBODY_ANSWERS)
        worker.stages.finish(0, NOBODY_ANSWERS)
        worker.quiesce()

        assert worker.stages.working == []
        assert worker.marks == {}
        assert len(worker.telemetry.held) == 2
        assert "connection refused" in (worker.loop.why_not_ready() or "")

    def test_one_job_finds_out_whether_the_store_is_back(self) -> None:
        worker = working(3)
        for _ in range(3):
            worker.stages.finish(0, NOBODY_ANSWERS)
        worker.quiesce()

        worker.clock.advance(1.0)
        worker.quiesce()
        assert len(worker.stages.working) == 1

        worker.stages.finish()
        worker.quiesce()
        assert len(worker.stages.working) == 2
        assert worker.loop.why_not_ready() is None

    def test_a_download_is_answer_enough_however_long_its_job_takes(self) -> None:
        worker = working(3)
        for _ in range(3):
            worker.stages.finish(0, NOBODY_ANSWERS)
        worker.quiesce()
        worker.clock.advance(1.0)
        worker.quiesce()

        worker.stages.store_answered = True
        worker.quiesce()

        assert len(worker.stages.working) == 3


class TestDeaths:
    def test_a_job_that_was_left_behind_once_runs_with_others(self) -> None:
        successor = successor_of(working(2))

        assert successor.under_way == [0, 1]

    def test_a_job_that_was_left_behind_twice_runs_alone(self) -> None:
        successor = successor_of(successor_of(working(2)))

        assert successor.under_way == [0]
        successor.stages.finish()
        successor.quiesce()
        assert successor.under_way == [1]

    def test_a_job_that_is_handed_back_is_no_suspect(self) -> None:
        worker = working(2)
        for _ in range(5):
            worker.source.close()
            worker = LoopWorker(worker.broker, worker.clock).joined()
            worker.quiesce()

        assert worker.under_way == [0, 1]

    def test_a_partition_that_was_lost_and_came_back_to_a_living_worker_blames_nobody(
        self,
    ) -> None:
        worker = working(2)
        for _ in range(6):
            worker.source.evict()
            worker.quiesce()

        live = [ticket for ticket in worker.stages.working if ticket.live]
        assert [ticket.starts for ticket in live] == [0, 0]
        assert worker.marks == {0: Mark(starts=1), 1: Mark(starts=1)}

    def test_a_killer_is_known_after_three_deaths_alone_and_its_neighbour_is_not_blamed(
        self,
    ) -> None:
        worker = working(2)
        for _ in range(5):
            while worker.under_way[0] != 0:  # the neighbour's turn to run alone
                worker.stages.finish()
                worker.quiesce()
            worker = successor_of(worker)

        deaths = {t.record.offset: t.deaths_alone for t in worker.stages.working}
        assert deaths == {0: 3}


class TestDeadLetterLimit:
    def test_too_many_failures_leave_a_trickle_of_one_job_at_a_time(self) -> None:
        worker = working(60, high=80)
        for _ in range(len(RETRY_DELAYS_SECONDS) + 1):
            while worker.stages.working:
                worker.stages.finish(0, OUT_OF_MEMORY)
            worker.quiesce()
            worker.clock.advance(1000.0)
            worker.quiesce()
        assert worker.loop.workload.is_trickling
        assert "too many jobs fail" in (worker.loop.why_not_ready() or "")
        worker.produce(*[0] * 40)

        worker.quiesce()
        assert len(worker.stages.working) == 1

        for _ in range(12):
            worker.stages.finish()
            worker.quiesce()
        assert worker.loop.why_not_ready() is None
        assert len(worker.stages.working) > 1
