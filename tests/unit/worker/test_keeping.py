"""Whether the settings say which models are there from the beginning, and how long models stay."""

from typing import Any

import pytest

from consumer import options
from consumer.core.errors import CannotStart
from consumer.core.intake import Served
from consumer.core.model import CatalogueModel
from consumer.residency import Keeping
from consumer.settings.models import ModelSettings

SMALL, LARGE, WORDS = (CatalogueModel(name, name) for name in ("small", "large:2", "words"))
SERVED = {
    "diarize": Served({"small": SMALL, "large:2": LARGE}, "small"),
    "transcribe": Served({"words": WORDS}, "words"),
}


def keeping(**settings: Any) -> Keeping:
    return options.keeping(ModelSettings(**settings), SERVED)


def test_nothing_is_loaded_before_it_is_asked_for_and_nothing_goes_for_idleness() -> None:
    assert keeping() == Keeping(max_resident=4, idle_unload_seconds=None, warm_up=())


def test_models_stay_as_long_as_they_are_told_to() -> None:
    assert keeping(max_resident=2, idle_unload_seconds=60) == Keeping(2, 60.0)


def test_an_operation_alone_means_its_default_model() -> None:
    found = keeping(warm_up=("transcribe", "diarize", "diarize:large:2"))

    assert found.warm_up == (("transcribe", WORDS), ("diarize", SMALL), ("diarize", LARGE))


@pytest.mark.parametrize("entry", ["sing", "diarize:words", "transcribe:small"])
def test_what_is_not_served_cannot_be_loaded_at_start(entry: str) -> None:
    with pytest.raises(CannotStart, match=r"WARM_UP: .*these are: diarize:small, .*:words"):
        keeping(warm_up=(entry,))
