"""Whether settings decide which jobs may name which model, and which one is the default."""

from dataclasses import replace
from typing import Any

import pytest

from consumer import options
from consumer.core.errors import CannotStart
from consumer.core.intake import Served
from consumer.core.tracing import NotTraced
from consumer.operations.registry import Repertoire
from consumer.settings import Settings
from schemas.operation import OperationParams
from tests.fakes.operation import FakeOperation

CATALOGUE: dict[str, Any] = {
    "pipeline": {},
    "words": {"operations": ["transcribe"]},
    "more-words": {"operations": ["transcribe", "diarize"]},
}
SERVES = Repertoire(
    operations={"diarize": FakeOperation(), "transcribe": FakeOperation()},
    default_models={"transcribe": "words"},
)


def served(
    serves: Repertoire = SERVES, default: str = "pipeline", diarization: str = "true"
) -> dict[str, Served]:
    settings = Settings.model_validate(
        {
            "kafka": {"bootstrap_servers": "localhost:9092"},
            "models": {"catalogue": CATALOGUE, "default": default},
            "ENABLE_DIARIZATION": diarization,
        }
    )
    return dict(options.intake(settings, serves).operations)


def test_a_model_is_for_the_operations_that_the_catalogue_names() -> None:
    found = served()

    assert list(found["diarize"].models) == ["pipeline", "more-words"]
    assert list(found["transcribe"].models) == ["words", "more-words"]


def test_jobs_without_a_model_get_the_settings_default_where_it_is_theirs() -> None:
    assert served()["diarize"].default_model == "pipeline"
    assert served(default="more-words")["diarize"].default_model == "more-words"
    assert served(default="more-words")["transcribe"].default_model == "more-words"


def test_and_else_that_of_the_operation() -> None:
    assert served()["transcribe"].default_model == "words"


@pytest.mark.parametrize("own", ["elsewhere", "pipeline"])
def test_a_default_that_the_operation_cannot_run_is_refused(own: str) -> None:
    serves = replace(SERVES, default_models={"transcribe": own})

    with pytest.raises(
        CannotStart, match=f"^TURNSTREAM_MODELS__CATALOGUE: .*'transcribe'.* run '{own}'"
    ):
        served(serves)


def test_a_default_for_others_leaves_our_own_operations_without() -> None:
    with pytest.raises(CannotStart, match=r"^TURNSTREAM_MODELS__CATALOGUE: .*'diarize'"):
        served(default="words")


def test_only_diarization_can_be_switched_off() -> None:
    found = served(diarization="false")

    assert (found["diarize"].switched_off, found["transcribe"].switched_off) == (True, False)


def test_metrics_may_name_what_is_served() -> None:
    shapes = replace(SERVES.shapes, params={**SERVES.shapes.params, "transcribe": OperationParams})
    settings = Settings.model_validate({"kafka": {"bootstrap_servers": "localhost:9092"}})

    reporter = options.reporter(settings, replace(SERVES, shapes=shapes), NotTraced())

    assert {"diarize", "transcribe"} <= set(reporter.operations)
