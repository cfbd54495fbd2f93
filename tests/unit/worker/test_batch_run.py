"""Whether a batch ends with one conclusion for each recording, however its model misbehaves."""

import weakref
from collections.abc import Sequence

import pytest

from consumer.batch_run import BatchRun, Concludable, Left
from consumer.core.batching import Batch, Closed
from consumer.core.errors import Internal
from consumer.core.ports import Answer, LoadedModel
from consumer.core.steps import Steps, refused
from consumer.core.work import Prepared
from tests.fakes.jobs import prepared, task
from tests.fakes.telemetry import RecordingTelemetry


class HastyModel:
    """Says no before its first step."""

    def run(self, batch: Sequence[Prepared]) -> Steps[Answer]:
        raise TypeError(f"no such parameter in {len(batch)} jobs")

    def unload(self) -> None:
        """Nothing was loaded."""


class CarelessModel:
    """Tells of the same numbers, whatever it was given."""

    def __init__(self, *numbers: int) -> None:
        self._told = [(number, refused(Internal("told"))) for number in numbers]

    def run(self, batch: Sequence[Prepared]) -> Steps[Answer]:
        yield self._told

    def unload(self) -> None:
        """Nothing was loaded."""


@pytest.mark.parametrize(
    ("model", "bug"),
    [
        (HastyModel(), "TypeError"),
        (CarelessModel(0, 0), "ValueError"),
        (CarelessModel(0, 7), "ValueError"),
    ],
    ids=["fails before its first step", "tells of one twice", "tells of nobody"],
)
def test_each_recording_is_told_of_once_by_a_model_that(model: LoadedModel, bug: str) -> None:
    items = [prepared(task()), prepared(task(offset=1))]
    telemetry = RecordingTelemetry()
    run = BatchRun(Batch(items, Closed.LINGER), model, 0.0, lambda: False, telemetry)

    concluded = _run_to_its_end(run)

    assert [recording for recording, _ in concluded] == items
    assert len(telemetry.crashes) == 2
    for _, conclude in concluded:
        with pytest.raises(Internal, match=bug):
            conclude()


class RetentiveModel:
    """Holds all it was given until it is through; tells of one after another."""

    def run(self, batch: Sequence[Prepared]) -> Steps[Answer]:
        for number in range(len(batch)):
            yield [(number, refused(Internal("told")))]

    def unload(self) -> None:
        """Nothing was loaded."""


def test_samples_are_free_when_their_recording_is_done_and_the_batch_is_not() -> None:
    batch = Batch([prepared(task(offset=number)) for number in range(3)], Closed.LINGER)
    samples = [weakref.ref(one.waveform.samples.obj) for one in batch.items]
    run = BatchRun(batch, RetentiveModel(), 0.0, lambda: False, RecordingTelemetry())
    outline = batch.outline
    del batch

    for done in range(3):
        assert [each() is None for each in samples] == [number < done for number in range(3)]
        run.go_on(is_alone=True)

    assert run.outline == outline


def test_a_model_may_look_at_its_batch_as_at_any_sequence() -> None:
    items = [prepared(task(offset=number)) for number in range(3)]

    left = Left(items)
    left.take([(1, refused(Internal("told")))])

    assert (len(left), left[0], left[-1], left[2:]) == (3, items[0], items[2], items[2:])
    with pytest.raises(LookupError):
        left[1]
    with pytest.raises(IndexError):
        left[3]


def _run_to_its_end(run: BatchRun) -> list[Concludable]:
    concluded: list[Concludable] = []
    while not run.is_over:
        concluded.extend(run.go_on(is_alone=True))
    return concluded
