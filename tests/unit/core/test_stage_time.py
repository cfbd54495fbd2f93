"""Whether the time of a job is counted once, and all of it."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from consumer.core.stage_time import (
    STAGES,
    begun,
    done,
    ended,
    queued_seconds,
    seconds_by_stage,
    seconds_in_all,
)
from schemas.result_parts import Timings
from tests.fakes.clock import START
from tests.fakes.jobs import record, task, ticket
from tests.fakes.stages import completion_of

WORKING = [stage for stage in Timings.model_fields if stage != "queued"]
LATER = START + timedelta(seconds=10)


@given(st.lists(st.floats(0, 1e5), min_size=len(WORKING), max_size=len(WORKING)))
def test_stages_follow_each_other_without_a_gap(seconds: list[float]) -> None:
    job, now = task(), 100.0
    begun(job, 5.0, now)

    for stage, spent in zip(WORKING, seconds, strict=True):
        now += spent
        done(job, stage, now)

    assert abs(sum(job.timings.values()) - (5.0 + now - 100.0)) < 1e-3


def test_a_twin_that_waited_goes_on_in_its_stage() -> None:
    job = task()
    begun(job, 5.0, 100.0)

    begun(job, 15.0, 110.0)
    done(job, "fetch", 112.0)

    assert job.timings == {"queued": 5.0, "fetch": 12.0}


def test_what_ended_early_spent_the_rest_where_it_ended() -> None:
    job = task()
    begun(job, 0.0, 0.0)
    done(job, "fetch", 1.0)

    ended(job, 4.0)

    assert job.timings == {"queued": 0.0, "fetch": 1.0, "decode": 3.0}


def test_a_published_job_was_in_every_stage_it_says_and_nowhere_else() -> None:
    of = ticket(record(timestamp_ms=round((START.timestamp() - 2) * 1000)))
    completion = replace(
        completion_of(of), completed_at=START + timedelta(seconds=9), timings={"queued": 11.0}
    )

    spent = seconds_by_stage(completion, LATER)

    assert spent == {"queued": 11.0, "publish": 1.0}
    assert spent.keys() <= set(STAGES)
    assert seconds_in_all(completion, LATER) == 12.0


def test_a_record_that_never_became_a_job_was_queued_until_it_ended() -> None:
    of = ticket(record(timestamp_ms=round(START.timestamp() * 1000)))
    completion = replace(completion_of(of), completed_at=START + timedelta(seconds=9))

    assert seconds_by_stage(completion, LATER) == {"queued": 9.0, "publish": 1.0}


def test_a_record_without_a_time_took_as_long_as_its_stages() -> None:
    completion = replace(
        completion_of(ticket(record(timestamp_ms=-1))),
        completed_at=START,
        timings={"queued": 0.0, "fetch": 3.0},
    )

    assert seconds_in_all(completion, LATER) == 13.0


def test_a_record_from_the_future_has_not_waited() -> None:
    assert queued_seconds(round(LATER.timestamp() * 1000), START) == 0.0
