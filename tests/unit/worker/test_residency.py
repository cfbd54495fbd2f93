"""Whether models are loaded once, and the least recently used gives way."""

import pytest

from consumer.core.errors import ModelUnavailable
from consumer.core.model import CatalogueModel
from consumer.core.ports import Instruments
from consumer.residency import Residency
from tests.fakes.clock import FakeClock
from tests.fakes.operation import FakeOperation
from tests.fakes.telemetry import RecordingTelemetry

A, B, C = (CatalogueModel(name, name) for name in "abc")


@pytest.fixture
def operation() -> FakeOperation:
    return FakeOperation()


@pytest.fixture
def telemetry() -> RecordingTelemetry:
    return RecordingTelemetry()


@pytest.fixture
def residency(operation: FakeOperation, telemetry: RecordingTelemetry) -> Residency:
    return Residency({"diarize": operation}, 2, Instruments(FakeClock(), telemetry))


def resident(operation: FakeOperation) -> list[str]:
    return [name for name, model in operation.loaded if not model.unloaded.is_set()]


def test_a_model_is_loaded_on_first_use_and_once(
    residency: Residency, operation: FakeOperation, telemetry: RecordingTelemetry
) -> None:
    assert operation.loaded == []

    assert residency.model("diarize", A) is residency.model("diarize", A)
    assert telemetry.loads == ["a"]


def test_the_least_recently_used_gives_way(residency: Residency, operation: FakeOperation) -> None:
    for model in (A, B, A, C):
        residency.model("diarize", model)

    assert resident(operation) == ["a", "c"]


def test_room_is_made_before_the_next_is_loaded(
    residency: Residency, operation: FakeOperation
) -> None:
    residency.model("diarize", A)
    residency.model("diarize", B)
    operation.failures["c"] = ModelUnavailable("gated")

    with pytest.raises(ModelUnavailable):
        residency.model("diarize", C)

    assert resident(operation) == ["b"]


def test_a_model_that_could_not_be_loaded_is_tried_again(
    residency: Residency, operation: FakeOperation, telemetry: RecordingTelemetry
) -> None:
    operation.failures["a"] = ModelUnavailable("gated")
    with pytest.raises(ModelUnavailable):
        residency.model("diarize", A)
    assert telemetry.loads == []

    del operation.failures["a"]
    residency.model("diarize", A)

    assert resident(operation) == ["a"]


def test_everything_is_unloaded_at_the_end(residency: Residency, operation: FakeOperation) -> None:
    residency.model("diarize", A)
    residency.model("diarize", B)

    residency.close()

    assert resident(operation) == []
