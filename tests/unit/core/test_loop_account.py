"""Whether the loop tells where its time goes, and where it stands."""

from consumer.core.ending import Ending
from consumer.core.loop_account import LoopAccount
from consumer.core.loop_time import Phase
from consumer.core.model import Partition
from consumer.core.ports import Instruments
from consumer.core.standing import Reached, Standing, WaitingFor
from consumer.core.work import Setback
from tests.fakes.clock import FakeClock
from tests.fakes.job_source import TOPIC
from tests.fakes.jobs import ARRIVED_MS
from tests.fakes.loop import LoopWorker, worker_of, working
from tests.fakes.telemetry import RecordingTelemetry

PARTITION = Partition(TOPIC, 0)


def stands(worker: LoopWorker) -> Standing:
    """What the next turns say, some seconds on."""
    worker.turn(3)
    return worker.telemetry.standings[-1]


def test_every_phase_of_a_turn_is_told() -> None:
    worker = worker_of().joined()

    worker.turn(2)

    assert list(worker.telemetry.loop) == list(Phase)


def test_the_time_of_many_turns_is_told_once_and_in_full() -> None:
    telemetry, clock = RecordingTelemetry(), FakeClock()
    worker = working(0)
    account = LoopAccount(Instruments(clock, telemetry))

    for _ in range(5):
        account.turn_begins()
        clock.advance(0.25)
        account.spent(Phase.POLL)
        account.tell(worker.loop.ledger, worker.loop.workload, worker.loop.publishing)

    assert telemetry.loop[Phase.POLL] == 1.0


def test_a_worker_without_jobs_stands_still() -> None:
    standing = stands(worker_of().joined())

    assert not standing.is_working
    assert standing.partitions == {PARTITION: Reached(0, 0, 0)}
    assert set(standing.waiting.values()) == {0}
    assert standing.oldest_ms is None


def test_jobs_in_our_care_are_counted_until_they_have_ended() -> None:
    worker = working(0, 0)

    standing = stands(worker)
    assert standing.is_working
    assert standing.partitions == {PARTITION: Reached(next=2, end=2, unfinished=2)}
    assert standing.oldest_ms == ARRIVED_MS

    worker.stages.finish_all()
    standing = stands(worker)
    assert not standing.is_working
    assert standing.partitions == {PARTITION: Reached(2, 2, 0)}
    assert standing.oldest_ms is None


def test_a_job_that_is_put_off_waits_for_its_retry() -> None:
    worker = working(0)

    worker.stages.finish(setback=Setback("internal", "a bug"))

    assert stands(worker).waiting[WaitingFor.RETRY] == 1


def test_a_store_that_is_out_is_told_with_those_whom_it_made_wait() -> None:
    worker = working(0, 0, 0, 0)
    for number in range(4):
        worker.stages.finish(setback=Setback("storage_unavailable", "gone", f"s3://b/{number}"))

    standing = stands(worker)

    assert standing.breaker_open
    assert standing.waiting[WaitingFor.STORE] == 1
    assert standing.waiting[WaitingFor.RETRY] == 2


def test_it_is_told_once_a_second_however_often_the_loop_turns() -> None:
    worker = worker_of().joined()

    for _ in range(100):
        worker.loop.turn()
        worker.clock.advance(0.1)

    assert 9 <= len(worker.telemetry.standings) <= 10


def test_how_a_publication_ended_is_told_with_its_time() -> None:
    worker = working(0)
    worker.stages.finish()

    worker.turn(3)

    endings = [ending for ending, _ in worker.telemetry.endings]
    assert endings == [Ending.COMMITTED] * len(endings) != []


def test_a_worker_is_not_ready_before_its_group_has_answered_and_ready_as_a_spare_one() -> None:
    worker = worker_of(partitions=0).joined()
    assert worker.loop.why_not_ready() == "starting"

    worker.turn()
    assert worker.loop.why_not_ready() == "no partition is assigned yet"

    worker.turn(30)
    assert worker.loop.why_not_ready() is None
