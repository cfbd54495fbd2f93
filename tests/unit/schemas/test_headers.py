"""What travels beside a message."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.headers import (
    MAX_TRACEPARENT_BYTES,
    Failure,
    audio_seconds,
    audio_seconds_header,
    cut_utf8,
    dead_letter_headers,
    result_headers,
    trace_id,
    traceparent,
)
from schemas.position import Position
from schemas.result import Result
from schemas.result_parts import Origin, ResultError
from tests.unit.schemas.strategies import quick

TRACE = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TIME = datetime(2026, 11, 22, 9, 15, 31, 2999, tzinfo=UTC)


def failed(job_id: str | None, operation: str | None) -> Result:
    return Result(
        job_id=job_id,
        operation=operation,
        status="failed",
        origin=Origin(group="g", topic="jobs", partition=3, offset=17),
        error=ResultError(code="internal", message="", retryable=True),
        attempt=1,
        worker="worker-0",
        completed_at=TIME,
    )


def test_a_result_can_be_routed_and_traced_by_its_headers() -> None:
    assert result_headers(failed("call-1", "diarize"), TRACE) == (
        ("traceparent", TRACE),
        ("content-type", b"application/json"),
        ("x-job-id", b"call-1"),
        ("x-operation", b"diarize"),
        ("x-status", b"failed"),
        ("x-origin-topic", b"jobs"),
        ("x-origin-partition", b"3"),
        ("x-origin-offset", b"17"),
    )


@pytest.mark.parametrize(
    "trace",
    [TRACE, TRACE[:-2] + b"00", b"cc" + TRACE[2:], b"cc" + TRACE[2:] + b"-what-is-to-come"],
    ids=["sampled", "not sampled", "of a version to come", "and longer"],
)
def test_a_trace_is_read_as_it_is(trace: bytes) -> None:
    assert traceparent((("traceparent", trace),)) == trace


@pytest.mark.parametrize(
    "trace",
    [
        None,
        b"",
        b"00-1-2-01",
        TRACE.upper(),
        TRACE + b"\n",
        TRACE + b"-more",
        b"ff" + TRACE[2:],
        TRACE[:3] + b"0" * 32 + TRACE[35:],
        TRACE[:36] + b"0" * 16 + TRACE[52:],
        b"cc" + TRACE[2:] + b"more",
        b"cc" + TRACE[2:] + b"-" + b"x" * MAX_TRACEPARENT_BYTES,
        b"x" * 900_000,
    ],
)
def test_what_is_no_trace_is_not_carried_on(trace: bytes | None) -> None:
    assert traceparent((("traceparent", TRACE), ("traceparent", trace))) is None


def test_of_many_traces_the_last_is_carried_on() -> None:
    headers = tuple(("traceparent", b"%b%02x" % (TRACE[:-2], flags)) for flags in range(256))

    assert traceparent(headers) == TRACE[:-2] + b"ff"


def test_a_trace_is_named_by_the_part_that_its_spans_have_in_common() -> None:
    assert trace_id(TRACE) == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert trace_id(None) is None


def test_what_a_job_did_not_say_is_not_in_the_headers() -> None:
    named = dict(result_headers(failed(None, None)))

    assert "x-job-id" not in named
    assert "x-operation" not in named
    assert "traceparent" not in named


def test_a_dead_letter_says_why() -> None:
    failure = Failure("internal", "broken", 2, TIME, "worker-0", Position("jobs", 3, 17))

    assert dead_letter_headers(failure) == (
        ("x-error-code", b"internal"),
        ("x-error-message", b"broken"),
        ("x-attempt", b"2"),
        ("x-failed-at", b"2026-11-22T09:15:31.002Z"),
        ("x-origin-topic", b"jobs"),
        ("x-origin-partition", b"3"),
        ("x-origin-offset", b"17"),
        ("x-worker", b"worker-0"),
    )


@quick
@given(st.text(max_size=40), st.integers(0, 60))
def test_text_is_cut_between_characters(text: str, limit: int) -> None:
    cut = cut_utf8(text, limit)

    assert len(cut) <= limit
    assert text.encode().startswith(cut)
    assert limit - len(cut) < 4 or cut == text.encode()
    assert cut.decode() in text


def test_text_that_utf8_cannot_hold_is_marked() -> None:
    assert cut_utf8("a\ud800b", 10) == b"a?b"


@quick
@given(st.floats(0, 1e7))
def test_the_seconds_of_audio_read_back(seconds: float) -> None:
    assert audio_seconds((audio_seconds_header(seconds),)) == pytest.approx(seconds, abs=0.001)


@pytest.mark.parametrize("value", [None, b"", b"long", b"-1", b"nan", b"inf", b"\xff"])
def test_a_hint_that_is_no_number_is_no_hint(value: bytes | None) -> None:
    assert audio_seconds((("x-audio-seconds", value),)) is None


def test_a_job_without_the_hint_has_none_and_of_two_the_last_counts() -> None:
    assert audio_seconds(()) is None
    assert audio_seconds((("x-audio-seconds", b"1"), ("x-audio-seconds", b"2"))) == 2


def test_a_position_reads_back() -> None:
    position = Position("a/b", 3, 17)

    assert str(position) == "a/b/3/17"
    assert Position.parse(str(position)) == position


@pytest.mark.parametrize("text", ["", "jobs", "jobs/1", "jobs/x/1", "jobs/1/"])
def test_what_is_no_position_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any will do
        Position.parse(text)
