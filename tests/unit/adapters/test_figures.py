"""Whether what is scraped is what happened, and nothing where nothing is known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consumer.adapters.prometheus import WORKER_LABELS, Metrics
from consumer.adapters.telemetry import LogsAndMetrics
from consumer.core.device_time import Doing
from consumer.core.ending import Ending
from consumer.core.loop_time import Phase
from consumer.core.model import Partition
from consumer.core.standing import Reached, Standing, WaitingFor
from consumer.core.work import Setback
from tests.benchmarks.scrape import busiest, series
from tests.fakes.clock import START
from tests.fakes.jobs import record, ticket
from tests.fakes.stages import completion_of

BACKLOG = ("backlog_audio_seconds", "backlog_oldest_seconds", "backlog_eta_seconds")


class World:
    """What is told, and what a scrape then finds."""

    def __init__(self) -> None:
        self.metrics = Metrics(worker={"worker": "w1", "group": "g1"})
        self.moves = 0
        self.told = LogsAndMetrics(self.metrics, self._move)

    def _move(self) -> None:
        self.moves += 1

    def value(self, name: str, **labels: str) -> float | None:
        return self.metrics.registry.get_sample_value(f"turnstream_{name}", labels)


@pytest.fixture
def world() -> World:
    return World()


def test_a_failure_is_a_dead_letter_by_its_code(world: World) -> None:
    world.told.job_settled(completion_of(ticket(), Setback("internal", "a bug")), START)
    world.told.job_settled(completion_of(ticket()), START)

    assert world.value("dead_letters_total", code="internal") == 1.0
    assert world.value("dead_letters_total", code="none") is None


def test_the_stages_of_a_job_and_its_whole_time_are_told(world: World) -> None:
    of = ticket(record(timestamp_ms=round(START.timestamp() * 1000)))
    timings = {"queued": 2.0, "fetch": 3.0}
    ended = replace(completion_of(of), completed_at=START + timedelta(seconds=5), timings=timings)

    world.told.job_settled(ended, START + timedelta(seconds=6))

    spent = {
        stage: world.value("stage_seconds_sum", stage=stage)
        for stage in ("queued", "fetch", "decode", "publish")
    }
    assert spent == {"queued": 2.0, "fetch": 3.0, "decode": None, "publish": 1.0}
    assert world.value("job_seconds_sum", operation="diarize") == 6.0


def test_partitions_that_come_and_go_are_rebalances(world: World) -> None:
    for change in ("assigned", "assigned", "revoked"):
        world.told.assignment_changed(change, [Partition("jobs", 1)], 1)

    assert world.value("rebalances_total", change="assigned") == 2.0
    assert world.value("rebalances_total", change="revoked") == 1.0


def test_publications_are_counted_by_their_end(world: World) -> None:
    world.told.publication_ended(Ending.COMMITTED, 0.2)
    world.told.publication_ended(Ending.ABORTED, 1.0)

    assert world.value("transactions_total", outcome="committed") == 1.0
    assert world.value("transactions_total", outcome="aborted") == 1.0
    assert world.value("transaction_seconds_sum") == 1.2


def test_the_loop_tells_where_its_time_goes(world: World) -> None:
    world.told.loop_spent(Phase.POLL, 0.5)

    assert world.value("loop_seconds_total", phase="poll") == 0.5


def test_where_the_worker_stands_is_told_as_it_is(world: World) -> None:
    waiting = {WaitingFor.RETRY: 2, WaitingFor.TURN: 0, WaitingFor.STORE: 1}

    world.told.stands(Standing(1.0, waiting=waiting, breaker_open=True))

    assert world.value("jobs_waiting", reason="retry") == 2.0
    assert world.value("jobs_waiting", reason="store") == 1.0
    assert world.value("store_breaker_open") == 1.0
    assert world.value("dead_letter_limit_reached") == 0.0


def test_a_backlog_that_is_not_known_has_no_value(world: World) -> None:
    assert [world.value(name) for name in BACKLOG] == [None, None, None]


def test_a_backlog_is_told_by_partition_and_in_all(world: World) -> None:
    jobs = Partition("jobs", 3)
    world.told.stands(Standing(1.0, partitions={jobs: Reached(0, 0, 0)}))
    world.metrics.backlog.saw({jobs: 4}, now=0.0)
    world.metrics.backlog.pace.ran(1, 30.0)

    assert world.value("backlog_jobs", partition="3") == 4.0
    assert world.value("backlog_audio_seconds") == 120.0
    assert world.value("backlog_eta_seconds") is None


def test_who_runs_is_told_in_labels(world: World) -> None:
    about = dict.fromkeys(WORKER_LABELS, "") | {"worker": "w1", "group": "g1"}

    assert world.value("worker_info", **about) == 1.0


def test_work_on_the_device_is_a_move_and_so_is_having_none(world: World) -> None:
    world.told.device_spent(Doing.NOTHING, 1.0)
    world.told.stands(Standing(1.0, is_working=True))
    assert world.moves == 0

    world.told.device_spent(Doing.BUSY, 1.0)
    world.told.stands(Standing(1.0, is_working=False))
    assert world.moves == 2


def test_the_number_of_series_is_bounded_whatever_happens() -> None:
    once, more = series(busiest(partitions=1)), series(busiest(partitions=64))

    assert more - once == 63
    assert more <= 1000
