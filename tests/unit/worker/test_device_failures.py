"""Whether only what fails alone fails, and only a device that died ends the process."""

import gc
import weakref
from collections.abc import Sequence
from dataclasses import replace
from queue import Empty

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumer.core.errors import (
    AudioEmpty,
    DeviceDead,
    Internal,
    JobError,
    ModelUnavailable,
    OutOfMemory,
)
from consumer.core.model import CatalogueModel
from consumer.core.ports import Answer
from consumer.core.work import Prepared
from tests.fakes.jobs import prepared, task
from tests.fakes.operation import Answers, FakeModel, FakeOperation, one_speaker
from tests.unit.worker.device_world import BROKEN, PATIENCE_SECONDS, POLICY, Device, running


def test_one_bad_recording_does_not_fail_its_neighbour(operation: FakeOperation) -> None:
    def answers(batch: Sequence[Prepared]) -> Sequence[Answer | JobError]:
        return [AudioEmpty("no samples"), *one_speaker(batch[1:])]

    operation.answers = answers

    with running(operation, prepared(task()), prepared(task(offset=1))) as device:
        assert isinstance(device.answer(), AudioEmpty)
        assert isinstance(device.answer(), Answer)


def test_a_model_that_cannot_be_loaded_fails_its_batch_and_no_other(
    operation: FakeOperation,
) -> None:
    operation.failures["broken"] = gated = ModelUnavailable("accept the conditions first")

    with running(operation, *(prepared(task(BROKEN, offset=n)) for n in range(2))) as device:
        for _ in range(2):
            told = device.answer()
            assert isinstance(told, ModelUnavailable)
            assert str(told) == str(gated)

        device.room.enter(prepared(task(offset=2)))
        assert isinstance(device.answer(), Answer)

    assert device.crashes.empty()


def test_what_was_half_loaded_is_gone_when_its_jobs_are_told(operation: FakeOperation) -> None:
    class Tensors:
        """Weak references to it tell whether it is there."""

    class Gated(FakeOperation):
        def load(self, model: CatalogueModel) -> FakeModel:
            tensors = Tensors()
            seen.append(weakref.ref(tensors))
            raise ModelUnavailable(f"accept the conditions of {model.name} first")

    seen = list[weakref.ref[Tensors]]()
    gc.disable()  # memory must be free at once, not some time
    try:
        with running(Gated(operation.answers), prepared(task())) as device:
            device.answer()
            device.telemetry.failed_loads.clear()
            device.room.enter(prepared(task(offset=1)))
            device.answer()  # by now the device has left the first batch behind
            assert seen[0]() is None
    finally:
        gc.enable()


def test_a_device_that_dies_is_reported_and_answers_nothing(operation: FakeOperation) -> None:
    fault = DeviceDead("an illegal memory access was encountered")
    lost = [prepared(task(offset=n)) for n in range(2)]

    def answers(_: Sequence[Prepared]) -> Sequence[Answer | JobError]:
        raise fault

    operation.answers = answers

    with running(operation, *lost) as device:
        assert device.crashes.get(timeout=PATIENCE_SECONDS) is fault

    assert list(device.thread.running) == [recording.task.ticket for recording in lost]
    with pytest.raises(Empty):
        device.answers.get_nowait()


BUGS = [
    ValueError("in clustering"),
    RuntimeError("in torch"),
    OutOfMemory("too many"),
    MemoryError(),
]


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: type(bug).__name__)
@given(count=st.integers(1, 9), odd=st.sets(st.integers(0, 8), max_size=3))
@settings(max_examples=15)
def test_only_the_recordings_that_fail_alone_fail(
    bug: Exception, count: int, odd: set[int]
) -> None:
    def answers(batch: Sequence[Prepared]) -> Sequence[Answer | JobError]:
        if odd.intersection(recording.task.ticket.record.offset for recording in batch):
            raise bug
        return one_speaker(batch)

    answered = run_one_batch(answers, count)

    failed = {offset for offset, answer in answered.items() if isinstance(answer, JobError)}
    assert sorted(answered) == list(range(count))
    assert failed == {offset for offset in odd if offset < count}


def test_a_culprit_is_found_by_halves(operation: FakeOperation) -> None:
    def answers(batch: Sequence[Prepared]) -> Sequence[Answer | JobError]:
        if any(recording.task.ticket.record.offset == 5 for recording in batch):
            raise ValueError("in clustering")
        return one_speaker(batch)

    operation.answers = answers

    run_one_batch(answers, 64, operation)

    assert len(operation.batches) == 1 + 2 * 6


def test_a_bug_is_told_by_its_name_and_logged_once(operation: FakeOperation) -> None:
    def answers(_: Sequence[Prepared]) -> Sequence[Answer | JobError]:
        raise ValueError("in clustering")

    operation.answers = answers

    with running(operation, prepared(task())) as device:
        answer = device.answer()

    assert isinstance(answer, Internal)
    assert "ValueError" in str(answer)
    assert [type(crash) for crash in device.telemetry.crashes] == [ValueError]
    assert device.crashes.empty()


def test_an_error_that_says_what_it_means_keeps_its_meaning(operation: FakeOperation) -> None:
    def answers(_: Sequence[Prepared]) -> Sequence[Answer | JobError]:
        raise OutOfMemory("ten hours")

    operation.answers = answers

    with running(operation, prepared(task())) as device:
        answer = device.answer()

    assert (type(answer), str(answer)) == (OutOfMemory, "ten hours")
    assert device.telemetry.crashes == []


def test_a_model_that_loses_an_answer_is_a_bug_of_those_it_lost(operation: FakeOperation) -> None:
    operation.answers = lambda batch: one_speaker(batch)[1:]

    with running(operation, prepared(task()), prepared(task(offset=1))) as device:
        assert [type(device.answer()), type(device.answer())] == [Answer, Internal]


def test_a_bug_met_while_loading_fails_the_batch_and_no_other(operation: FakeOperation) -> None:
    operation.failures["broken"] = RuntimeError("a checkpoint of another kind")

    with running(operation, prepared(task(BROKEN))) as device:
        assert isinstance(device.answer(), Internal)

        device.room.enter(prepared(task(offset=1)))
        assert isinstance(device.answer(), Answer)

    assert device.crashes.empty()


def run_one_batch(
    answers: Answers, count: int, operation: FakeOperation | None = None
) -> dict[int, Answer | JobError]:
    """Let that many recordings go to the device together; their answers by offset."""
    device = Device(operation or FakeOperation(answers), replace(POLICY, max_jobs=count))
    for offset in range(count):
        device.room.enter(prepared(task(offset=offset)))
    with device.thread:
        found = [device.answers.get(timeout=PATIENCE_SECONDS) for _ in range(count)]
    return {of.ticket.record.offset: answer for of, answer in found}
