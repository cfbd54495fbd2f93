"""Whether a job's spans say what became of it, when, and which trace it belongs to."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.semconv._incubating.attributes import messaging_attributes
from opentelemetry.trace import SpanKind, StatusCode

from consumer.adapters.tracing import SpansOfJobs
from consumer.core.errors import AudioNotFound, DeadlinePassed
from consumer.core.work import Completion, Task
from schemas.headers import Headers, last
from tests.fakes.clock import START, FakeClock
from tests.fakes.jobs import job_bytes, record, task, ticket
from tests.unit.core.reports import (
    DESTINATIONS,
    REPORTER,
    TRACE,
    dead_letter_of,
    outputs,
    refusal_of,
    stored,
)

TRACE_ID, SPAN_ID = 0x4BF92F3577B34DA6A3CE929D0E0E4736, 0x00F067AA0BA902B7
SECONDS = {"fetch": 2.0, "decode": 1.0, "device_wait": 0.5, "device": 4.0, "store": 0.25}
TRACED: Headers = (("traceparent", TRACE),)
PUBLISHED_AT = START + timedelta(seconds=3)


class Interval(NamedTuple):
    """When something was, in seconds from the job's end."""

    began: float
    ended: float


class Traced:
    """A reporter whose jobs are traced, three seconds before they are published."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        clock = FakeClock()
        clock.advance((PUBLISHED_AT - clock.utc()).total_seconds())
        tracing = SpansOfJobs(provider.get_tracer("test"), DESTINATIONS.results_topic, clock)
        self.reporter = replace(REPORTER, tracing=tracing)

    @property
    def spans(self) -> Mapping[str, ReadableSpan]:
        """What was sent, by name."""
        finished = self.exporter.get_finished_spans()
        assert len({span.name for span in finished}) == len(finished)
        return {span.name: span for span in finished}

    @property
    def job(self) -> ReadableSpan:
        return self.spans["process jobs"]

    def succeeded(self, headers: Headers = TRACED) -> Completion:
        return self.reporter.succeeded(finished(headers), stored(), outputs(), False, START)


@pytest.fixture
def traced() -> Traced:
    return Traced()


def finished(headers: Headers = TRACED) -> Task:
    """A job that was queued for one second of the two since it was sent, and then took long."""
    of = task()
    of.ticket = ticket(record(job_bytes(), offset=7, headers=headers))
    of.timings |= {"queued": 1.0, **SECONDS}
    return of


def when(span: ReadableSpan) -> Interval:
    assert span.start_time is not None
    assert span.end_time is not None
    began, ended = (
        round((datetime.fromtimestamp(nanoseconds / 1e9, UTC) - START).total_seconds(), 3)
        for nanoseconds in (span.start_time, span.end_time)
    )
    return Interval(began, ended)


def trace_of(completion: Completion) -> bytes | None:
    return last(completion.messages[0].headers, "traceparent")


def written(span: ReadableSpan) -> bytes:
    context = span.context
    assert context is not None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}".encode()


class TestTrace:
    def test_the_jobs_span_follows_its_producers_and_readers_follow_it(
        self, traced: Traced
    ) -> None:
        completion = traced.succeeded()
        completion.span.published()

        parent = traced.job.parent
        assert parent is not None
        assert (parent.trace_id, parent.span_id, parent.is_remote) == (TRACE_ID, SPAN_ID, True)
        assert [link.context.span_id for link in traced.job.links] == [SPAN_ID]
        assert trace_of(completion) == written(traced.job)
        assert traced.job.kind is SpanKind.CONSUMER

    @pytest.mark.parametrize("headers", [(), (("traceparent", b"00-1"),)])
    def test_a_job_without_a_trace_begins_one(self, traced: Traced, headers: Headers) -> None:
        completion = traced.succeeded(headers)
        completion.span.published()

        assert (traced.job.parent, traced.job.links) == (None, ())
        assert trace_of(completion) == written(traced.job)

    def test_what_its_producer_does_not_record_is_not_recorded_and_its_trace_goes_on(
        self, traced: Traced
    ) -> None:
        completion = traced.succeeded((("traceparent", TRACE[:-2] + b"00"),))
        completion.span.published()

        assert traced.spans == {}
        trace = trace_of(completion) or b""
        assert (trace[:36], trace[-3:]) == (TRACE[:36], b"-00")

    def test_a_dead_letter_keeps_the_trace_of_its_job(self, traced: Traced) -> None:
        completion = traced.reporter.failed(finished(), AudioNotFound("gone"), START)
        completion.span.published()

        assert dead_letter_of(completion).original_headers == TRACED
        assert trace_of(completion) == written(traced.job)

    def test_switched_off_by_its_own_variable_the_trace_is_passed_on(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
        disabled = Traced()

        for headers, expected in ((TRACED, TRACE), ((), None)):
            completion = disabled.succeeded(headers)
            completion.span.published()
            assert trace_of(completion) == expected
        assert disabled.spans == {}


class TestTimes:
    def test_each_stage_is_a_child_and_the_publication_follows(self, traced: Traced) -> None:
        traced.succeeded().span.published()

        spans = dict(traced.spans)
        job = spans.pop("process jobs")
        assert when(job) == (-7.75, 3.0)
        assert {name: when(span) for name, span in spans.items()} == {
            "fetch": (-7.75, -5.75),
            "decode": (-5.75, -4.75),
            "device_wait": (-4.75, -4.25),
            "device": (-4.25, -0.25),
            "store": (-0.25, 0.0),
            "send results": (0.0, 3.0),
        }
        assert {span.parent and span.parent.span_id for span in spans.values()} == {
            job.context and job.context.span_id
        }
        assert spans["send results"].kind is SpanKind.PRODUCER

    def test_an_attempt_that_is_given_up_publishes_nothing(self, traced: Traced) -> None:
        traced.succeeded().span.given_up()

        assert set(traced.spans) == {"process jobs", *SECONDS}
        assert (traced.job.attributes or {})["turnstream.published"] is False

    def test_nothing_ends_before_it_began_when_the_clock_is_set_back(self, traced: Traced) -> None:
        late = PUBLISHED_AT + timedelta(hours=1)

        traced.reporter.refused(refusal_of(b"{"), late).span.published()

        assert all((span.end_time or 0) >= (span.start_time or 0) for span in traced.spans.values())


class TestAttributes:
    def test_say_which_message_it_was_and_what_became_of_it(self, traced: Traced) -> None:
        traced.succeeded().span.published()

        assert dict(traced.job.attributes or {}) == {
            "messaging.system": "kafka",
            "messaging.operation.name": "process",
            "messaging.operation.type": "process",
            "messaging.destination.name": "jobs",
            "messaging.destination.partition.id": "0",
            "messaging.kafka.offset": 7,
            "messaging.consumer.group.name": "workers",
            "turnstream.job_id": "call-1",
            "turnstream.operation": "diarize",
            "turnstream.model": "small",
            "turnstream.status": "succeeded",
            "turnstream.attempt": 1,
            "turnstream.reused": False,
            "turnstream.queued_seconds": 1.0,
            "turnstream.audio_seconds": 2.0,
            "turnstream.published": True,
        }
        assert traced.job.status.status_code is StatusCode.UNSET

    def test_have_the_names_of_the_conventions(self, traced: Traced) -> None:
        known = [name for name in vars(messaging_attributes).values() if isinstance(name, str)]
        traced.succeeded().span.published()

        names = [name for span in traced.spans.values() for name in span.attributes or {}]
        ours = [name for name in names if name.startswith("messaging.")]
        assert len(ours) == 11
        assert [name for name in ours if name not in known] == []

    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (AudioNotFound("s3://calls/secret.wav is gone"), "audio_not_found"),
            (DeadlinePassed("secret: too late"), "deadline_passed"),
        ],
    )
    def test_an_error_is_told_by_its_code_alone(
        self, traced: Traced, error: AudioNotFound | DeadlinePassed, code: str
    ) -> None:
        traced.reporter.failed(finished(), error, START).span.published()

        status = traced.job.status
        assert (status.status_code, status.description) == (StatusCode.ERROR, code)
        assert (traced.job.attributes or {})["error.type"] == code
        assert not any("secret" in span.to_json() for span in traced.spans.values())

    def test_a_record_that_is_no_job_has_what_is_known_of_it(self, traced: Traced) -> None:
        traced.reporter.refused(refusal_of(b"\x00"), START).span.published()

        named = traced.job.attributes or {}
        assert named["messaging.kafka.offset"] == 7
        assert not {"turnstream.job_id", "turnstream.model"} & named.keys()
        assert set(traced.spans) == {"process jobs", "send results"}
