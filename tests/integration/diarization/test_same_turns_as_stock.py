"""Whether the engine says what stock says, and whether an engine that is wrong would be noticed.

The short form of `make exact`, on narrow networks. Everything else is compared there.
"""

import pytest

from consumer.diarization.runtime import mute_pyannote
from tests.conftest import unavailable
from tests.fakes.speech import CLIPS

mute_pyannote()

from tests.exact.cases import Case, short
from tests.exact.comparison import compare
from tests.exact.controls import one_turn_moved
from tests.exact.models import Model
from tests.exact.recordings import busy, excerpts, some_bounds
from tests.exact.stock import StockListener

CHECKS = ("lengths", "controls", "company", "a_few_bounds")
KINDS = ("AHC", "VBx")


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Case]:
    """Every case by the kind of its model and the name of its check."""
    if not CLIPS.is_dir():
        unavailable("the shared recordings are absent", "comparisons with stock")
    import torch

    # Networks this narrow lose more to waiting for threads than they gain by them.
    torch.set_num_threads(1)
    return {
        (case.model.name.split()[1], case.check.__name__): case
        for case in short(tmp_path_factory.mktemp("exact"), seed=1)
    }


@pytest.fixture(scope="module", params=KINDS)
def model(request: pytest.FixtureRequest, cases: dict[tuple[str, str], Case]) -> Model:
    return cases[request.param, CHECKS[0]].model


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_engine_says_what_stock_says(
    cases: dict[tuple[str, str], Case], kind: str, check: str
) -> None:
    outcomes = list(cases[kind, check].outcomes())

    assert [(outcome.case, outcome.problem) for outcome in outcomes if outcome.problem] == []
    assert sum(outcome.turns for outcome in outcomes) > 50
    assert max(outcome.speakers[1] for outcome in outcomes) > 1


def test_stock_equals_itself(model: Model) -> None:
    recordings = [*excerpts()[:4], *some_bounds(busy(12.0).samples)[-2:]]

    outcome = compare("itself", recordings, model.stock, StockListener(model.open()))

    assert outcome.problem is None
    assert outcome.deviation == 0


def test_a_turn_that_begins_one_frame_late_is_noticed(model: Model) -> None:
    late = one_turn_moved(StockListener(model.open()))

    outcome = compare("late", [busy(12.0)], model.stock, late)

    assert outcome.problem is not None
    assert "diarization[" in outcome.problem
