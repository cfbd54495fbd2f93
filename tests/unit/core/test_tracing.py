"""Whether the stages of a job are laid out as its timings say, and its trace is passed on."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.core.tracing import NotTraced, stage_times, taken_up_at
from schemas.result import Origin, Result, ResultError, Timings
from tests.fakes.clock import START
from tests.unit.core.reports import TRACE

STAGES = [name for name in Timings.model_fields if name != "queued"]
SECONDS = st.none() | st.floats(0, 40_000).map(lambda seconds: round(seconds, 3))
MILLISECOND = timedelta(milliseconds=1)


def ended(timestamp: datetime | None = None, /, **timings: float | None) -> Result:
    return Result(
        status="failed",
        origin=Origin(group="g", topic="jobs", partition=0, offset=7, timestamp=timestamp),
        error=ResultError(code="internal", message="", retryable=True),
        attempt=1,
        worker="w",
        completed_at=START,
        timings=Timings(**timings),
    )


@given(st.fixed_dictionaries(dict.fromkeys(Timings.model_fields, SECONDS)))
def test_each_stage_takes_its_time_and_begins_where_the_last_one_ended(
    timings: dict[str, float | None],
) -> None:
    stages = stage_times(ended(None, **timings))

    known = [name for name in STAGES if timings[name] is not None]
    assert [stage.name for stage in stages] == known
    for stage in stages:
        took = (stage.ended - stage.began).total_seconds()
        assert took == pytest.approx(timings[stage.name], abs=0.001)
    assert all(one.ended == other.began for one, other in pairwise(stages))
    assert not stages or stages[-1].ended == START


def test_a_job_is_taken_up_when_it_had_been_queued_so_long() -> None:
    sent = START - timedelta(seconds=100)

    assert taken_up_at(ended(sent, queued=60, fetch=5)) == sent + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("timestamp", "queued"),
    [(None, 0.0), (None, None), (START + timedelta(hours=1), 0.0), (START, None)],
)
def test_without_a_credible_time_it_is_taken_up_where_its_first_stage_began(
    timestamp: datetime | None, queued: float | None
) -> None:
    found = taken_up_at(ended(timestamp, queued=queued, fetch=5, store=1))

    assert abs(START - timedelta(seconds=6) - found) < MILLISECOND


def test_what_never_began_was_taken_up_when_it_ended() -> None:
    assert taken_up_at(ended()) == START


@pytest.mark.parametrize("parent", [None, TRACE])
def test_a_worker_that_is_not_traced_passes_on_what_the_job_came_with(
    parent: bytes | None,
) -> None:
    span = NotTraced().begin(ended(), parent)

    span.published()
    span.given_up()

    assert span.traceparent == parent
