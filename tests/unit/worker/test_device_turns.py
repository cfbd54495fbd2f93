"""Whether batches share the device: in turns, in company that fits, and in the order of need."""

import threading
from collections.abc import Sequence
from dataclasses import replace

from consumer.core.batching import ANYBODY, Batch, Closed, MicroBatcher, Welcome
from consumer.core.device_time import Doing
from consumer.core.errors import JobError, OutOfMemory
from consumer.core.model import CatalogueModel
from consumer.core.ports import Answer
from consumer.core.scheduling import Residents, StickyChoice
from consumer.core.work import Prepared
from tests.fakes.jobs import prepared, task
from tests.fakes.operation import FakeOperation, one_speaker
from tests.unit.worker.device_world import (
    PATIENCE_SECONDS,
    POLICY,
    STICKINESS,
    Device,
    running,
)

LONG_SECONDS = POLICY.long_seconds + 1
OTHER = CatalogueModel("other", "other")


def offset_of(recording: Prepared) -> int:
    return recording.task.ticket.record.offset


def order_of(device: Device, count: int) -> list[int]:
    answered = [device.answers.get(timeout=PATIENCE_SECONDS)[0] for _ in range(count)]
    return [of.ticket.record.offset for of in answered]


def test_short_recordings_pass_a_long_one_that_is_under_way(operation: FakeOperation) -> None:
    operation.steps_before = {LONG_SECONDS: 50}
    long = prepared(task(), seconds=LONG_SECONDS)
    short = [prepared(task(offset=offset), seconds=1.0) for offset in range(1, 4)]

    with running(operation, long, *short) as device:
        assert order_of(device, 4) == [1, 2, 3, 0]


def test_of_long_recordings_one_is_under_way_at_a_time(operation: FakeOperation) -> None:
    operation.steps_before = {LONG_SECONDS: 5}
    together: list[int] = []
    operation.on_step = lambda: together.append(len(device.thread.running))
    device = Device(operation)
    for offset in range(3):
        device.room.enter(prepared(task(offset=offset), seconds=LONG_SECONDS))

    with device.thread:
        assert order_of(device, 3) == [0, 1, 2]

    assert max(together) == 1


def test_the_next_batch_begins_before_the_last_one_has_ended(operation: FakeOperation) -> None:
    operation.steps_before = {1.0: 3}
    together: list[int] = []
    operation.on_step = lambda: together.append(len(device.thread.running))
    device = Device(operation, replace(POLICY, max_jobs=1))
    for offset in range(4):
        device.room.enter(prepared(task(offset=offset), seconds=1.0))

    with device.thread:
        order_of(device, 4)

    assert max(together) == 2


def test_what_does_not_fit_beside_another_batch_runs_after_it(operation: FakeOperation) -> None:
    tries: list[tuple[int, int]] = []

    def answers(batch: Sequence[Prepared]) -> Sequence[Answer | JobError]:
        company = len(device.thread.running) - len(batch)
        tries.append((offset_of(batch[0]), company))
        if company and offset_of(batch[0]) == 1:
            raise OutOfMemory("not beside another one")
        return one_speaker(batch)

    operation.answers, operation.steps_before = answers, {1.0: 9}
    device = Device(operation, replace(POLICY, max_jobs=1))
    device.room.enter(prepared(task(), seconds=1.0))
    device.room.enter(prepared(task(offset=1), seconds=2.0))

    with device.thread:
        found = [device.answer() for _ in range(2)]

    assert all(isinstance(answer, Answer) for answer in found)
    assert tries == [(1, 1), (0, 1), (1, 0)]


def test_a_recording_that_does_not_fit_alone_has_the_other_models_evicted(
    operation: FakeOperation,
) -> None:
    def answers(batch: Sequence[Prepared]) -> Sequence[Answer | JobError]:
        wants_all = offset_of(batch[0]) == 1
        if wants_all and not operation.loaded[0][1].unloaded.is_set():
            raise OutOfMemory("not beside another model")
        return one_speaker(batch)

    operation.answers = answers
    with running(operation, prepared(task()), max_resident=2) as device:
        device.answer()
        device.room.enter(prepared(task(OTHER, offset=1)))

        assert isinstance(device.answer(), Answer)

    assert [name for name, _ in operation.loaded][1:] == ["other"]


def test_a_recording_that_fits_nowhere_fails_alone(operation: FakeOperation) -> None:
    def answers(batch: Sequence[Prepared]) -> Sequence[Answer | JobError]:
        if any(offset_of(recording) == 1 for recording in batch):
            raise OutOfMemory("never")
        return one_speaker(batch)

    operation.answers = answers
    with running(operation, *(prepared(task(offset=offset)) for offset in range(2))) as device:
        answered = [device.answer() for _ in range(2)]

    assert [type(answer) for answer in answered] == [Answer, OutOfMemory]


def test_two_that_both_want_to_be_alone_take_turns(operation: FakeOperation) -> None:
    tried = set[int]()

    def answers(batch: Sequence[Prepared]) -> Sequence[Answer | JobError]:
        if (offset := offset_of(batch[0])) not in tried:
            tried.add(offset)
            raise OutOfMemory("not beside another one")
        return one_speaker(batch)

    operation.answers, operation.steps_before = answers, {1.0: 2}
    device = Device(operation, replace(POLICY, max_jobs=1))
    for offset in range(2):
        device.room.enter(prepared(task(offset=offset), seconds=1.0))

    with device.thread:
        found = [device.answer() for _ in range(2)]

    assert all(isinstance(answer, Answer) for answer in found)


def test_a_model_that_finds_no_room_waits_for_the_batch_that_holds_it(
    operation: FakeOperation,
) -> None:
    operation.steps_before = {1.0: 20}
    busy = threading.Event()
    operation.on_step = busy.set

    with running(operation, prepared(task(), seconds=1.0)) as device:
        assert busy.wait(PATIENCE_SECONDS)
        device.room.enter(prepared(task(OTHER, offset=1), seconds=2.0))

        assert order_of(device, 2) == [0, 1]

    assert operation.loaded[0][1].unloaded.is_set()


def test_in_a_hurry_what_is_ready_waits_for_no_company(operation: FakeOperation) -> None:
    patient = replace(POLICY, linger_seconds=3600.0)

    with running(operation, prepared(task()), policy=patient) as device:
        device.thread.hurry()
        device.answer()

    assert [batch.closed for batch in device.telemetry.batches] == [Closed.REVOCATION]


def test_who_hurries_the_device_while_it_decides_to_wait_is_heard(
    operation: FakeOperation,
) -> None:
    class Interrupted(MicroBatcher[Prepared]):
        """Somebody is in a hurry just when it has decided for the first time."""

        def next_batch(
            self,
            now: float,
            residents: Residents,
            welcome: Welcome = ANYBODY,
            hurry: bool = False,
        ) -> Batch[Prepared] | None:
            batch = super().next_batch(now, residents, welcome, hurry)
            if not hurried:
                hurried.append(True)
                device.thread.hurry()
            return batch

    patient = replace(POLICY, linger_seconds=3600.0)
    hurried = list[bool]()
    device = Device(operation, batcher=Interrupted(patient, StickyChoice(STICKINESS)))
    device.room.enter(prepared(task()))

    with device.thread:
        device.answer()

    assert [batch.closed for batch in device.telemetry.batches] == [Closed.REVOCATION]


def test_every_moment_of_the_device_is_accounted_for(operation: FakeOperation) -> None:
    operation.steps_before = {1.0: 3}
    device = Device(operation)
    operation.on_step = lambda: device.clock.advance(2.0)
    device.room.enter(prepared(task(), seconds=1.0))

    with device.thread:
        device.answer()

    assert device.telemetry.spent[Doing.BUSY] == 6.0
    assert sum(device.telemetry.spent.values()) == device.clock.monotonic()
