"""Whether a load's report says what was sent and what came back."""

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_tools.load.jobs import JobWriter
from producer_tools.load.plan import Send
from producer_tools.load.recording import Recording
from producer_tools.load.report import LoadReport, percentile, show
from producer_tools.load.tally import Tally
from schemas.result import Result
from schemas.uri import ObjectUri
from tests.unit.producer_tools.messages import NOON, failed, succeeded

WRITER = JobWriter("load")
RECORDING = Recording(ObjectUri("s3", "calls", "a.wav"), duration_seconds=10.0)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def sent(tally: Tally, *moments: float, late_seconds: float = 0.0) -> None:
    """Jobs that went out at these moments, each so late."""
    for number, moment in enumerate(moments):
        send = Send(number, moment - late_seconds, "diarize", None, RECORDING)
        tally.sent(send, late_seconds, WRITER.job(send), after(moment))


def report(tally: Tally) -> LoadReport:
    return LoadReport.of("load", 7, tally, awaited=True)


def with_timestamp(result: Result, moment: datetime) -> Result:
    origin = result.origin.model_copy(update={"timestamp": moment})
    return result.model_copy(update={"origin": origin})


def test_rates_and_latencies_are_summed_up() -> None:
    tally = Tally()
    sent(tally, 1.0, 2.0, 4.0)

    tally.answered(succeeded(0, "load-000000"), after(3.0))
    tally.answered(failed(1, "load-000001"), after(7.0))

    found = report(tally)
    assert (found.jobs, found.audio_seconds, found.offered_jobs_per_second) == (3, 30.0, 0.75)
    assert found.answers
    assert found.answers.results == {"succeeded": 1, "failed": 1}
    assert found.answers.errors == {"audio_undecodable": 1}
    assert found.answers.unanswered == 1
    assert found.answers.jobs_per_second == pytest.approx(2 / 6, abs=0.001)
    assert found.answers.latency_seconds
    assert found.answers.latency_seconds.p50 == 2.0
    assert found.answers.latency_seconds.max == 5.0


def test_a_latency_begins_with_the_time_on_the_jobs_message() -> None:
    tally = Tally()
    sent(tally, 1.0)

    tally.answered(with_timestamp(succeeded(0, "load-000000"), after(1.5)), after(3.0))

    assert tally.latencies == [1.5]


def test_results_of_others_and_repeated_ones_do_not_count() -> None:
    tally = Tally()
    sent(tally, 1.0)

    for job_id in ("call-1", None, "load-000000", "load-000000"):
        tally.answered(failed(0, job_id), after(2.0))

    assert tally.statuses == {"failed": 1}
    assert tally.unanswered == 0


def test_a_load_that_fell_behind_says_so() -> None:
    tally = Tally()
    sent(tally, 4.0, 6.0, 8.0, late_seconds=3.0)

    assert str(tally) == "3 jobs sent, 3.0 s behind the rate"
    assert report(tally).most_late_seconds == 3.0
    assert report(tally).offered_jobs_per_second == 0.6
    assert report(tally).achieved_jobs_per_second == 0.375


def test_people_read_it_all(capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally()
    sent(tally, 4.0, 6.0, late_seconds=2.0)
    tally.answered(failed(0, "load-000000"), after(7.25))

    show(report(tally))

    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "load load, seed 7",
        "sent 2 jobs, 20 s of audio",
        "offered 0.50 jobs/s",
        "achieved 0.33 jobs/s, up to 2.0 s behind",
        "results 1 failed, 1 unanswered",
        "errors 1 audio_undecodable",
        "answered 0.31 jobs/s",
        "latency p50 3.250 s, p95 3.250 s, p99 3.250 s, max 3.250 s",
    ]


def test_what_was_not_awaited_is_not_spoken_of(capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally()
    sent(tally, 0.0, 0.0)
    found = LoadReport.of("load", 7, tally, awaited=False)

    show(found)

    assert "all at once" in capsys.readouterr().out
    assert json.loads(json.dumps(found.document()))["answers"] is None


@given(values=st.lists(st.integers(0, 50), min_size=1, max_size=200), share=st.integers(1, 100))
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(
    values: list[int], share: int
) -> None:
    found = percentile(sorted(values), share)

    assert found in values
    assert sum(value <= found for value in values) * 100 >= share * len(values)
    assert sum(value < found for value in values) * 100 < share * len(values)
