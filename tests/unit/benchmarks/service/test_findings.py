"""Are verdicts and orders of measurement what they say?"""

from itertools import pairwise

import pytest

from tests.conftest import needs

needs("av", tests="the findings of the service's benchmark")

from tests.benchmarks.service.alternating import alternation
from tests.benchmarks.service.answers import Answer, Arrival, Served
from tests.benchmarks.service.engine_alone import idle_share
from tests.benchmarks.service.finding import Verdict, turns_of
from tests.benchmarks.service.reluctant_worker import MODELS


def an_answer(device: tuple[float, float], sent_at: float = 0.0, seen_at: float = 9.0) -> Answer:
    """On the device from and until these seconds of the day, then a second of clustering."""
    begun, left = device
    timings = {"device": left - begun, "cluster": 1.0, "store": 0.0}
    completed_at = f"2026-11-22T00:00:{left + 1:06.3f}Z"
    return Answer(sent_at, Arrival("job-1", seen_at, 100, timings, completed_at))


@pytest.mark.parametrize(
    ("found", "bound", "is_kept"),
    [(1.4, ">=", True), (1.39, ">=", False), (1.1, "<=", True), (1.11, "<=", False)],
)
def test_a_bound_is_kept_when_it_is_just_met(found: float, bound: str, is_kept: bool) -> None:
    wanted = {">=": 1.4, "<=": 1.1}[bound]

    verdict = Verdict("ratio", found, ">=" if bound == ">=" else "<=", wanted)

    assert verdict.is_kept is is_kept
    assert ("NOT" in str(verdict)) is not is_kept


def test_who_goes_first_takes_turns() -> None:
    assert [turns_of(["us", "them"], number)[0] for number in range(3)] == ["us", "them", "us"]


def test_a_device_is_idle_between_batches_and_not_while_two_share_it() -> None:
    together = [an_answer((0, 4)), an_answer((0, 4)), an_answer((2, 5)), an_answer((7, 10))]

    assert idle_share(together) == pytest.approx(0.2)


def test_the_rate_counts_from_the_first_answer_and_the_time_from_the_first_job() -> None:
    answers = [an_answer((0, 1), sent, seen) for sent, seen in [(0, 3), (1, 4), (1, 5)]]
    served = Served(answers, cpu_seconds=0.03)

    assert served.jobs_per_second == 1.0
    assert served.seconds == 5.0
    assert served.cpu_ms_per_job == pytest.approx(10)
    assert served.latency_ms(50) == 3000
    assert served.latency_ms(99) == 4000


def test_models_alternate_in_each_partition_and_within_each_row_of_them() -> None:
    models = alternation(jobs=96, partitions=24)

    rows = [models[start : start + 24] for start in range(0, 96, 24)]

    assert set(models) == set(MODELS)
    assert all(left != right for row in rows for left, right in pairwise(row))
    assert all(left != right for of in zip(*rows, strict=True) for left, right in pairwise(of))
