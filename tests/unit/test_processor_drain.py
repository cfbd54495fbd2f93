"""Whether a worker that is told to stop finishes what it may, and no more."""

from collections.abc import Callable, Iterator

from consumer.core.errors import Fenced
from consumer.core.model import Partition
from consumer.core.offsets import Ticket
from consumer.core.work import Completion
from schemas.commit_metadata import Mark
from tests.fakes.clock import FakeClock
from tests.fakes.job_source import TOPIC, InMemoryBroker
from tests.fakes.loop import GRACE_SECONDS, LoopWorker
from tests.fakes.stages import FakeStages

P0 = Partition(TOPIC, 0)
TURN_SECONDS = 0.1


class SlowStages(FakeStages):
    """Jobs end one after the other, each some seconds after the last."""

    def __init__(self, clock: FakeClock, seconds_per_job: float) -> None:
        super().__init__()
        self.on_first_job: Callable[[], object] = int
        self.on_completion: Callable[[], object] = int
        self._clock = clock
        self._seconds_per_job = seconds_per_job
        self._next_end = 0.0

    def submit(self, ticket: Ticket) -> None:
        super().submit(ticket)
        if len(self.working) == 1:
            self._next_end = self._clock.monotonic() + self._seconds_per_job
            self.on_first_job()

    def completions(self) -> Iterator[Completion]:
        self._clock.advance(TURN_SECONDS)
        if self.working and self._clock.monotonic() >= self._next_end:
            self._next_end += self._seconds_per_job
            self.finish()
            self.on_completion()
        return super().completions()


class Draining(LoopWorker):
    """A worker that is told to stop as soon as it has jobs."""

    def __init__(self, seconds_per_job: float) -> None:
        super().__init__(InMemoryBroker(), FakeClock())
        self.slow = self.loop.stages = SlowStages(self.clock, seconds_per_job)
        self.slow.on_first_job = self.lifecycle.stop


def test_finishes_what_is_under_way_within_the_grace_period() -> None:
    worker = Draining(seconds_per_job=1.0)
    worker.produce(0, 0, 0)

    worker.loop.run()

    assert worker.published == ["jobs/0/0", "jobs/0/1", "jobs/0/2"]
    assert worker.broker.committed == {P0: 3}
    assert worker.clock.monotonic() < GRACE_SECONDS


def test_takes_nothing_new() -> None:
    worker = Draining(seconds_per_job=1.0)
    worker.slow.on_completion = lambda: worker.produce(0)
    worker.produce(0)

    worker.loop.run()

    assert worker.published == ["jobs/0/0"]
    assert worker.broker.committed == {P0: 1}


def test_gives_up_within_the_grace_period_and_hands_the_rest_back_unmarked() -> None:
    worker = Draining(seconds_per_job=0.3 * GRACE_SECONDS)
    worker.produce(0, 0, 0)

    worker.loop.run()

    assert worker.published == ["jobs/0/0", "jobs/0/1"]
    assert worker.broker.committed == {P0: 2}
    assert worker.marks == {}
    assert worker.clock.monotonic() <= GRACE_SECONDS


def test_a_job_that_does_not_come_off_the_device_is_handed_back_while_there_is_time() -> None:
    worker = Draining(seconds_per_job=2 * GRACE_SECONDS)
    worker.slow.nearly_done = worker.slow.working
    worker.produce(0)

    worker.loop.run()
    worker.source.close()

    assert worker.marks == {}
    assert worker.clock.monotonic() < 0.9 * GRACE_SECONDS


def test_a_call_that_hangs_leaves_time_to_leave_the_group() -> None:
    worker = Draining(seconds_per_job=1.0)
    worker.slow.on_completion = lambda: setattr(worker.publisher, "hangs", True)
    worker.produce(0)

    worker.loop.run()
    worker.source.close()

    assert worker.clock.monotonic() < GRACE_SECONDS - 5 * TURN_SECONDS
    assert worker.published == []


def test_a_second_signal_quits_without_last_words() -> None:
    worker = Draining(seconds_per_job=1.0)
    worker.slow.on_completion = worker.lifecycle.stop
    worker.produce(0, 0)

    worker.loop.run()
    worker.source.close()

    assert worker.lifecycle.is_quitting
    assert worker.published == []
    assert worker.marks == {0: Mark(starts=1), 1: Mark(starts=1)}


def test_a_thread_that_crashed_ends_the_loop_at_once_and_the_jobs_are_handed_back() -> None:
    worker = Draining(seconds_per_job=1.0)
    worker.slow.on_first_job = lambda: worker.lifecycle.crash(RuntimeError("device"))
    worker.produce(0, 0)

    worker.loop.run()
    worker.source.close()

    assert worker.published == []
    assert worker.marks == {}


def test_a_worker_that_is_fenced_says_nothing() -> None:
    worker = Draining(seconds_per_job=1.0)
    worker.slow.on_first_job = lambda: worker.lifecycle.crash(Fenced("a twin lives"))
    worker.produce(0, 0)

    worker.loop.run()
    worker.source.close()

    assert worker.published == []
    assert worker.marks == {0: Mark(starts=1), 1: Mark(starts=1)}


def test_jobs_that_have_not_begun_are_left_to_others() -> None:
    worker = Draining(seconds_per_job=1.0)
    worker.lifecycle.stop()
    worker.source.subscribe(worker.loop)
    worker.produce(0, 0)

    worker.quiesce()

    assert worker.stages.working == []
    assert worker.broker.committed == {P0: 0}
