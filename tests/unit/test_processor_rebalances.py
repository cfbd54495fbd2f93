"""Whether jobs whose partition comes or goes are answered once, by whoever owns it in the end."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from consumer.core.lifecycle import Bounds
from consumer.core.model import Commit, Partition
from consumer.core.start import Start
from schemas.commit_metadata import Mark
from tests.fakes.clock import FakeClock
from tests.fakes.job_source import TOPIC, InMemoryJobSource
from tests.fakes.loop import REVOKE_SECONDS, LoopWorker, working

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


def test_a_revocation_publishes_and_commits_what_is_finished() -> None:
    worker = working(0, 1)
    finished = next(t for t in worker.stages.working if t.record.partition == P1)
    worker.stages.finish(worker.stages.working.index(finished))

    bystander(worker)
    worker.turn()

    assert worker.published == ["jobs/1/0"]
    assert worker.broker.committed[P1] == 1
    assert worker.source.held.keys() == {P0}


def test_a_revocation_waits_for_what_is_nearly_done() -> None:
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


def test_a_revocation_takes_back_the_marks_of_what_it_does_not_finish() -> None:
    worker = working(0)
    assert worker.marks == {0: Mark(starts=1)}

    worker.source.close()

    assert worker.marks == {}
    assert worker.broker.committed == {P0: 0}


def test_a_revocation_that_must_be_short_leaves_time_to_take_back_the_marks() -> None:
    worker = working(0)
    worker.loop.bounds = Bounds(revoke_seconds=2.0, drain_seconds=5.0)
    worker.stages.nearly_done = worker.stages.working

    worker.source.close()

    assert worker.marks == {}


def test_a_worker_that_dies_keeps_the_marks_of_what_is_on_its_device() -> None:
    worker = working(0, 0)
    worker.stages.on_device.append(worker.stages.working[1])

    worker.lifecycle.crash(RuntimeError("device"))
    worker.source.close()

    assert worker.marks == {0: Mark(), 1: Mark(starts=1)}


def test_nothing_is_published_after_a_revocation() -> None:
    worker = working(0, 1)
    bystander(worker)
    worker.turn()

    worker.stages.finish_all()
    worker.quiesce()

    assert worker.published == ["jobs/0/0"]
    assert [c.ticket.record.partition for c in worker.telemetry.late] == [P1]


def test_a_loss_publishes_nothing() -> None:
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


def test_a_revocation_waits_no_longer_than_its_bound() -> None:
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
    transactional: bool,
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


def test_a_partition_that_comes_back_is_read_again_from_its_commit() -> None:
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


def test_a_partition_that_was_paused_when_it_left_is_not_silent_when_it_returns() -> None:
    worker = working(0, 1, high=2)
    assert worker.source.paused == {P0, P1}
    other = bystander(worker)
    worker.stages.finish_all()
    worker.quiesce()
    other.close()
    worker.produce(1)

    worker.quiesce()

    assert [ticket.record.partition for ticket in worker.stages.working] == [P1]


def test_partitions_that_come_while_intake_is_paused_are_paused() -> None:
    worker = working(0, high=1)
    worker.broker.partitions = 2

    worker.turn()

    assert worker.source.paused == {P0, P1}


def test_leaving_the_group_publishes_what_ended_after_the_last_turn() -> None:
    worker = working(0)
    worker.stages.finish()

    worker.source.close()

    assert worker.published == ["jobs/0/0"]
    assert worker.broker.committed == {P0: 1}
