"""Whether the device thread answers every recording, whatever happens to its batch."""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

from consumer.core.errors import (
    DeadlinePassed,
    JobError,
    NoLongerOurs,
)
from consumer.core.offsets import Ticket
from consumer.core.ports import Answer
from consumer.core.work import Prepared
from tests.fakes.clock import START
from tests.fakes.jobs import prepared, task
from tests.fakes.operation import FakeOperation, one_speaker
from tests.unit.worker.device_world import PATIENCE_SECONDS, Device, running


def test_recordings_that_wait_together_run_together(operation: FakeOperation) -> None:
    first, second = prepared(task()), prepared(task(offset=1))

    with running(operation, first, second) as device:
        answers = [device.answers.get(timeout=PATIENCE_SECONDS) for _ in range(2)]

    assert [of for of, _ in answers] == [first.task, second.task]
    assert operation.batches == [[first, second]]
    assert [batch.jobs for batch in device.telemetry.batches] == [2]


def test_an_expired_recording_never_reaches_the_model(operation: FakeOperation) -> None:
    late = prepared(task(deadline=START.isoformat()))
    in_time = prepared(task(offset=1, deadline=(START + timedelta(seconds=1)).isoformat()))

    with running(operation, late, in_time) as device:
        assert isinstance(device.answer(), DeadlinePassed)
        assert isinstance(device.answer(), Answer)

    assert operation.batches == [[in_time]]


def test_a_batch_of_expired_recordings_alone_did_not_run(operation: FakeOperation) -> None:
    late = [prepared(task(offset=n, deadline=START.isoformat())) for n in range(2)]

    with running(operation, *late) as device:
        assert isinstance(device.answer(), DeadlinePassed)
        assert isinstance(device.answer(), DeadlinePassed)
        device.room.enter(prepared(task(offset=2)))
        device.answer()

    assert [batch.jobs for batch in device.telemetry.batches] == [1]
    assert len(operation.loaded) == 1


def test_says_how_long_a_recording_waited_and_ran(operation: FakeOperation) -> None:
    device = Device(operation)

    def answers(batch: Sequence[Prepared]) -> Sequence[Answer | JobError]:
        device.clock.advance(3.0)
        return one_speaker(batch)

    operation.answers = answers
    device.clock.advance(10.0)
    waited = prepared(task(), ready_at=8.0)
    device.room.enter(waited)

    with device.thread:
        device.answer()

    assert waited.task.timings == {"device_wait": 2.0, "device": 3.0}


def test_says_what_is_on_the_device(operation: FakeOperation) -> None:
    waiting, seen = prepared(task()), list[Ticket]()

    def answers(batch: Sequence[Prepared]) -> Sequence[Answer | JobError]:
        seen.extend(device.thread.running)
        return one_speaker(batch)

    operation.answers = answers
    with running(operation) as device:
        device.room.enter(waiting)
        device.answer()

    assert seen == [waiting.task.ticket]
    assert list(device.thread.running) == []


def test_models_are_unloaded_when_it_closes(operation: FakeOperation) -> None:
    with running(operation, prepared(task())) as device:
        device.answer()

    assert operation.loaded[0][1].unloaded.wait(PATIENCE_SECONDS)


def test_a_feeder_that_waits_for_room_is_let_go_when_it_closes(operation: FakeOperation) -> None:
    busy, let_go, fed = threading.Event(), threading.Event(), threading.Event()

    def answers(batch: Sequence[Prepared]) -> Sequence[Answer | JobError]:
        busy.set()
        let_go.wait(PATIENCE_SECONDS)
        return one_speaker(batch)

    def feed(put: Callable[[Prepared], None]) -> None:
        for offset in range(2, 7):
            put(prepared(task(offset=offset)))
        fed.set()

    operation.answers = answers
    with running(operation, prepared(task()), prepared(task(offset=1)), room=2) as device:
        assert busy.wait(PATIENCE_SECONDS)
        threading.Thread(target=feed, args=[device.room.enter], daemon=True).start()
        assert not fed.wait(0.05)

    assert fed.wait(PATIENCE_SECONDS)
    let_go.set()


def test_a_recording_whose_partition_has_left_does_not_reach_the_model(
    operation: FakeOperation,
) -> None:
    gone = prepared(task())
    gone.task.ticket.assignment.live = False

    with running(operation, gone) as device:
        assert isinstance(device.answer(), NoLongerOurs)

    assert operation.batches == []
