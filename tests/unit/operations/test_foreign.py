"""Whether errors of an operation of another package mean what those of our own do."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from consumer.batch_run import BatchRun, Concludable
from consumer.core.batching import Batch, Closed
from consumer.core.errors import AudioEmpty, DeviceDead, OutOfMemory
from consumer.core.model import CatalogueModel
from consumer.core.ports import Answer
from consumer.core.steps import Steps, one_by_one
from consumer.core.work import Prepared
from consumer.operations.foreign import ForeignOperation
from schemas.result import StoredResult
from tests.fakes.jobs import prepared, task
from tests.fakes.operation import one_speaker
from tests.fakes.telemetry import RecordingTelemetry

MODEL = CatalogueModel("whisper", "whisper")
TORCH_FULL = type("OutOfMemoryError", (RuntimeError,), {"__module__": "torch"})
FULL = [TORCH_FULL("CUDA out of memory"), MemoryError()]
FAULT = RuntimeError("CUDA error: an illegal memory access was encountered")


@dataclass(slots=True)
class Transcriber:
    """An operation and its model in one, as a package may bring it: it knows nothing of ours."""

    fails: dict[str, Exception] = field(default_factory=dict)
    """What its parts raise, by their name; `long` is met by the recording at offset 0 alone."""
    sizes: list[int] = field(default_factory=list)
    """Of its batches."""
    engine_version: int = 7
    formats: dict[str, str] = field(default_factory=lambda: {"txt": "text/plain"})

    def load(self, model: CatalogueModel) -> "Transcriber":
        self._fail("load")
        return self

    def run(self, batch: Sequence[Prepared]) -> Steps[Answer]:
        self.sizes.append(len(batch))
        self._fail("run")
        return one_by_one(self._answer, batch)

    def unload(self) -> None:
        self._fail("unload")

    def render(self, format_name: str, stored: StoredResult) -> bytes:
        return format_name.encode()

    def _answer(self, one: Prepared) -> Answer:
        if one.task.ticket.record.offset == 0:
            self._fail("long")
        (answer,) = one_speaker([one])
        return answer

    def _fail(self, part: str) -> None:
        if error := self.fails.get(part):
            raise error


@pytest.fixture
def inner() -> Transcriber:
    return Transcriber()


@pytest.fixture
def operation(inner: Transcriber) -> ForeignOperation:
    return ForeignOperation(inner)


def live_through(operation: ForeignOperation) -> None:
    model = operation.load(MODEL)
    list(model.run([prepared(task())]))
    model.unload()


@pytest.mark.parametrize("error", FULL)
def test_a_model_for_which_there_is_no_room_is_out_of_memory(
    operation: ForeignOperation, inner: Transcriber, error: Exception
) -> None:
    inner.fails["load"] = error

    with pytest.raises(OutOfMemory):
        operation.load(MODEL)


@pytest.mark.parametrize("part", ["run", "long"])
@pytest.mark.parametrize("error", FULL)
def test_a_batch_for_which_there_is_no_room_is_out_of_memory(
    operation: ForeignOperation, inner: Transcriber, part: str, error: Exception
) -> None:
    inner.fails[part] = error

    with pytest.raises(OutOfMemory):
        live_through(operation)


@pytest.mark.parametrize("part", ["load", "run", "long", "unload"])
def test_a_fault_of_the_device_is_one_wherever_it_is_met(
    operation: ForeignOperation, inner: Transcriber, part: str
) -> None:
    inner.fails[part] = FAULT

    with pytest.raises(DeviceDead):
        live_through(operation)


@pytest.mark.parametrize("error", [RuntimeError("shapes do not match"), LookupError("no word")])
def test_a_bug_stays_one(operation: ForeignOperation, inner: Transcriber, error: Exception) -> None:
    inner.fails["long"] = error

    with pytest.raises(type(error)) as caught:
        live_through(operation)

    assert caught.value is error


def test_a_batch_that_does_not_fit_is_divided_and_one_recording_fails_alone(
    operation: ForeignOperation, inner: Transcriber
) -> None:
    inner.fails["long"] = TORCH_FULL("CUDA out of memory")
    batch = Batch([prepared(task(offset=offset)) for offset in range(4)], Closed.JOBS)
    telemetry, others = RecordingTelemetry(), [True, False]
    model = operation.load(MODEL)
    run = BatchRun(batch, model, 0.0, lambda: others.pop(0), telemetry)

    told: list[Concludable] = []
    while not run.is_over:
        told += run.go_on(is_alone=True)

    assert inner.sizes == [4, 2, 1, 1, 1, 2]
    assert sorted(one.task.ticket.record.offset for one, _ in told) == [0, 1, 2, 3]
    for one, conclude in told:
        if one.task.ticket.record.offset:
            assert isinstance(conclude(), Answer)
        else:
            with pytest.raises(OutOfMemory):
                conclude()
    assert telemetry.crashes == []


def test_one_recording_without_an_answer_concerns_no_other(
    operation: ForeignOperation, inner: Transcriber
) -> None:
    inner.fails["long"] = AudioEmpty("no samples")
    batch = [prepared(task()), prepared(task(offset=1))]

    (_, refuse), (_, answer) = (one for step in operation.load(MODEL).run(batch) for one in step)

    assert isinstance(answer(), Answer)
    with pytest.raises(AudioEmpty):
        refuse()


def test_whatever_else_it_says_is_passed_on(
    operation: ForeignOperation, inner: Transcriber
) -> None:
    assert operation.engine_version == 7
    assert operation.formats == {"txt": "text/plain"}
