"""Whether command-line words become the job that was meant, or a sentence that helps."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from producer_tools.exits import WrongUsage
from producer_tools.submit.job_request import (
    JobRequest,
    name_job,
    parse_deadline,
    parse_metadata,
    parse_range,
)
from producer_tools.submit.planning import PlannedJob
from producer_tools.submit.sources import LocalFile
from schemas.codec import decode_job
from schemas.embedding import EmbedParams
from schemas.job import DiarizeParams
from schemas.time_range import TimeRange
from schemas.uri import ObjectUri
from schemas.wire import JobId
from tests.unit.producer_tools.messages import NOON

URI = ObjectUri.parse("s3://calls/1.wav")
FILE = LocalFile(Path("1.wav"), "a" * 64, 1234, 2.5)


def test_a_file_tells_its_job_what_it_holds() -> None:
    job = JobRequest().job("call-1", URI, FILE)

    assert job.audio.sha256 == FILE.sha256
    assert (job.audio.size_bytes, job.audio.duration_seconds) == (1234, 2.5)


def test_everything_asked_for_is_in_the_job() -> None:
    request = JobRequest(
        min_speakers=2,
        max_speakers=4,
        model="demo",
        channel=1,
        output_uri="s3://results/x/",
        formats=("rttm",),
        deadline=NOON,
        recompute_id="again",
        metadata={"tenant": "acme"},
    )

    job = request.job("call-1", URI)

    assert job.params_as(DiarizeParams) == DiarizeParams(min_speakers=2, max_speakers=4)
    assert (job.model, job.audio.channel, job.output.uri) == ("demo", 1, "s3://results/x/")
    assert (job.formats, job.deadline) == (("json", "rttm"), NOON)
    assert (job.recompute_id, job.metadata) == ("again", {"tenant": "acme"})


def test_voiceprints_are_asked_for_by_range() -> None:
    ranges = [parse_range("12.5-30"), parse_range("0-1")]

    job = JobRequest(operation="embed", ranges=ranges).job("call-1", URI)

    assert job.operation == "embed"
    assert job.params_as(EmbedParams).ranges == (
        TimeRange(start=12.5, end=30),
        TimeRange(start=0, end=1),
    )


def test_without_ranges_one_voiceprint_is_asked_for() -> None:
    job = JobRequest(operation="embed").job("call-1", URI)

    assert job.params_as(EmbedParams).ranges is None


def test_an_operation_that_this_program_does_not_know_is_left_to_the_workers() -> None:
    job = JobRequest(operation="transcribe").job("call-1", URI)

    assert (job.operation, job.params.model_dump()) == ("transcribe", {})


@pytest.mark.parametrize("text", ["5", "5-", "-5-6", "6-5", "5-5.0001", "a-b", "nan-inf", "1-2-3"])
def test_another_range_is_refused(text: str) -> None:
    with pytest.raises(WrongUsage, match=f"--range {text}: write the seconds"):
        parse_range(text)


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        (JobRequest(min_speakers=3, max_speakers=2), "params.max_speakers"),
        (JobRequest(num_speakers=2, min_speakers=1), "params.min_speakers"),
        (JobRequest(operation="embed", num_speakers=2), "params.num_speakers"),
        (JobRequest(operation="embed", formats=("rttm",)), r"output.formats\[0\]"),
        (JobRequest(ranges=[TimeRange(start=0, end=1)]), "params.ranges"),
        (JobRequest(channel=-1), "audio.channel"),
        (JobRequest(output_uri="s3://results/x"), "output.uri"),
        (JobRequest(metadata={"k": "v" * 5000}), "metadata"),
    ],
)
def test_what_a_worker_would_refuse_is_refused_here_by_path(
    request_: JobRequest, path: str
) -> None:
    with pytest.raises(WrongUsage, match=path):
        request_.job("call-1", URI)


@given(name=st.text(max_size=200))
def test_any_file_name_makes_a_job_id(name: str) -> None:
    job_id = name_job(name, "0f1e2d3c")

    assert TypeAdapter(JobId).validate_python(job_id) == job_id


def test_metadata_is_split_at_the_first_equals_sign() -> None:
    assert parse_metadata(["a=b=c", "empty="]) == {"a": "b=c", "empty": ""}


def test_metadata_without_an_equals_sign_is_refused() -> None:
    with pytest.raises(WrongUsage, match="--metadata tenant: write key=value"):
        parse_metadata(["a=b", "tenant"])


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("90s", NOON + timedelta(seconds=90)),
        ("30m", NOON + timedelta(minutes=30)),
        ("1d", NOON + timedelta(days=1)),
        ("2026-11-23T13:00:00+01:00", NOON),
    ],
)
def test_a_deadline_is_a_span_or_a_time(text: str, deadline: datetime) -> None:
    assert parse_deadline(text, NOON) == deadline


@pytest.mark.parametrize("text", ["soon", "30", "2026-11-23T13:00:00", "-5m"])
def test_another_deadline_is_refused(text: str) -> None:
    with pytest.raises(WrongUsage, match="write a span like 30m"):
        parse_deadline(text, NOON)


def test_a_written_job_can_be_read_by_a_worker() -> None:
    message = PlannedJob(JobRequest().job("call-1", URI, FILE), FILE).outgoing(NOON)

    assert message.key == b"call-1"
    assert message.headers == (("x-audio-seconds", b"2.500"),)
    assert decode_job(message.value).submitted_at == NOON


def test_a_job_belongs_to_the_trace_of_whoever_asks() -> None:
    message = PlannedJob(JobRequest().job("call-1", URI, FILE), FILE).outgoing(NOON, b"00-a-b-01")

    assert message.headers[0] == ("traceparent", b"00-a-b-01")
