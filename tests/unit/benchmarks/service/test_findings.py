"""Are verdicts and orders of measurement what they say?"""

from itertools import pairwise

import pytest

from tests.conftest import needs

needs("av", tests="the findings of the service's benchmark")

from consumer.core.device_time import Doing
from tests.benchmarks.service.alternating import alternation
from tests.benchmarks.service.answers import Answer, Arrival, Served
from tests.benchmarks.service.engine_alone import idle_share
from tests.benchmarks.service.finding import Verdict, turns_of
from tests.benchmarks.service.reluctant_worker import MODELS


def an_answer(sent_at: float, seen_at: float) -> Answer:
    return Answer(sent_at, Arrival("job-1", seen_at, size_bytes=100))


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


def test_a_device_is_idle_where_jobs_wait_and_not_where_there_are_none() -> None:
    spent = {
        Doing.BUSY: 14.0,
        Doing.LOADING: 2.0,
        Doing.LINGERING: 1.0,
        Doing.FETCHING: 3.0,
        Doing.NOTHING: 100.0,
    }

    assert idle_share(spent) == pytest.approx(0.2)


def test_the_rate_counts_from_the_first_answer_and_the_time_from_the_first_job() -> None:
    answers = [an_answer(sent, seen) for sent, seen in [(0, 3), (1, 4), (1, 5)]]
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
