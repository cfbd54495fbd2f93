"""Whether the device thread answers every recording, whatever happens to its batch."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from queue import Empty, Queue

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumer.core.batching import BatchPolicy, MicroBatcher
from consumer.core.errors import (
    AudioEmpty,
    DeadlinePassed,
    DeviceDead,
    Internal,
    JobError,
    ModelUnavailable,
    NoLongerOurs,
    OutOfMemory,
)
from consumer.core.model import CatalogueModel
from consumer.core.offsets import Ticket
from consumer.core.ports import Answer, Instruments
from consumer.core.work import Prepared
from consumer.device import DeviceThread
from consumer.residency import Residency
from tests.fakes.clock import START, FakeClock
from tests.fakes.jobs import prepared, task
from tests.fakes.operation import Answers, FakeOperation, one_speaker
from tests.fakes.telemetry import RecordingTelemetry

PATIENCE_SECONDS = 5.0
BROKEN = CatalogueModel("broken", "broken")
POLICY = BatchPolicy(max_jobs=2, max_audio_seconds=100.0, linger_seconds=0.0)


class Device:
    """The thread, and what came out of it."""

    def __init__(
        self, operation: FakeOperation, policy: BatchPolicy = POLICY, capacity: int = 2
    ) -> None:
        self.clock, self.telemetry = FakeClock(), RecordingTelemetry()
        self.answers: Queue[tuple[Prepared, Answer | JobError]] = Queue()
        self.crashes: Queue[BaseException] = Queue()
        instruments = Instruments(self.clock, self.telemetry)
        self.thread = DeviceThread(
            MicroBatcher(policy),
            Residency({"diarize": operation}, 1, instruments),
            lambda prepared, answer: self.answers.put((prepared, answer)),
            instruments,
            self.crashes.put,
            capacity=capacity,
        )

    def answer(self) -> Answer | JobError:
        return self.answers.get(timeout=PATIENCE_SECONDS)[1]


@contextmanager
def running(
    operation: FakeOperation, *waiting: Prepared, policy: BatchPolicy = POLICY
) -> Iterator[Device]:
    """A device that finds these recordings when it starts."""
    device = Device(operation, policy)
    for recording in waiting:
        device.thread.put(recording)
    with device.thread:
        yield device


@pytest.fixture
def operation() -> FakeOperation:
    return FakeOperation()


def test_recordings_that_wait_together_run_together(operation: FakeOperation) -> None:
    first, second = prepared(task()), prepared(task(offset=1))

    with running(operation, first, second) as device:
        answers = [device.answers.get(timeout=PATIENCE_SECONDS) for _ in range(2)]

    assert [recording for recording, _ in answers] == [first, second]
    assert operation.batches == [[first, second]]
    assert [len(batch.items) for batch in device.telemetry.batches] == [2]


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
        assert [device.answer(), device.answer()] == [gated, gated]

        device.thread.put(prepared(task(offset=2)))
        assert isinstance(device.answer(), Answer)

    assert device.crashes.empty()


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
        device.thread.put(prepared(task(offset=2)))
        device.answer()

    assert [len(batch.items) for batch in device.telemetry.batches] == [1]
    assert len(operation.loaded) == 1


def test_says_how_long_a_recording_waited_and_ran(operation: FakeOperation) -> None:
    device = Device(operation)

    def answers(batch: Sequence[Prepared]) -> Sequence[Answer | JobError]:
        device.clock.advance(3.0)
        return one_speaker(batch)

    operation.answers = answers
    device.clock.advance(10.0)
    waited = prepared(task(), ready_at=8.0)
    device.thread.put(waited)

    with device.thread:
        device.answer()

    assert waited.task.timings == {"device_wait": 2.0, "device": 3.0}


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


def test_says_what_is_on_the_device(operation: FakeOperation) -> None:
    waiting, seen = prepared(task()), list[Ticket]()

    def answers(batch: Sequence[Prepared]) -> Sequence[Answer | JobError]:
        seen.extend(device.thread.running)
        return one_speaker(batch)

    operation.answers = answers
    with running(operation) as device:
        device.thread.put(waiting)
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
    with running(operation, prepared(task()), prepared(task(offset=1))) as device:
        assert busy.wait(PATIENCE_SECONDS)
        threading.Thread(target=feed, args=[device.thread.put], daemon=True).start()
        assert not fed.wait(0.05)

    assert fed.wait(PATIENCE_SECONDS)
    let_go.set()


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
    too_long = OutOfMemory("ten hours")

    def answers(_: Sequence[Prepared]) -> Sequence[Answer | JobError]:
        raise too_long

    operation.answers = answers

    with running(operation, prepared(task())) as device:
        assert device.answer() is too_long

    assert device.telemetry.crashes == []


def test_a_model_that_loses_an_answer_is_a_bug_of_those_it_lost(operation: FakeOperation) -> None:
    operation.answers = lambda batch: one_speaker(batch)[1:]

    with running(operation, prepared(task()), prepared(task(offset=1))) as device:
        assert [type(device.answer()), type(device.answer())] == [Internal, Internal]


def test_a_bug_met_while_loading_fails_the_batch_and_no_other(operation: FakeOperation) -> None:
    operation.failures["broken"] = RuntimeError("a checkpoint of another kind")

    with running(operation, prepared(task(BROKEN))) as device:
        assert isinstance(device.answer(), Internal)

        device.thread.put(prepared(task(offset=1)))
        assert isinstance(device.answer(), Answer)

    assert device.crashes.empty()


def test_a_recording_whose_partition_has_left_does_not_reach_the_model(
    operation: FakeOperation,
) -> None:
    gone = prepared(task())
    gone.task.ticket.assignment.live = False

    with running(operation, gone) as device:
        assert isinstance(device.answer(), NoLongerOurs)

    assert operation.batches == []


def run_one_batch(
    answers: Answers, count: int, operation: FakeOperation | None = None
) -> dict[int, Answer | JobError]:
    """Let that many recordings go to the device together; their answers by offset."""
    device = Device(operation or FakeOperation(answers), replace(POLICY, max_jobs=count), count)
    for offset in range(count):
        device.thread.put(prepared(task(offset=offset)))
    with device.thread:
        found = [device.answers.get(timeout=PATIENCE_SECONDS) for _ in range(count)]
    return {recording.task.ticket.record.offset: answer for recording, answer in found}
