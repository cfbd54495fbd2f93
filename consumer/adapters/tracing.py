"""How do the spans of OpenTelemetry tell of a job?

A span of kind CONSUMER for each attempt, a child for each stage, and one of kind PRODUCER for the
publication. The job's own context is its parent, and is linked as well: that is what the
conventions for messaging ask of a span that is about one message, and although jobs share a batch
on the device, none of these spans is about the batch.

Imported only where the settings ask for it: the packages are the extra `otel`.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import (
    Link,
    Span,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from consumer.core.errors import CannotStart
from consumer.core.ports import Clock
from consumer.core.tracing import JobSpan, Tracing, stage_times, taken_up_at
from schemas.headers import TRACEPARENT
from schemas.result import Result

SERVICE = "turnstream-worker"
CLOSE_SECONDS = 2.0
"""For what was not sent yet: a collector that does not answer must not cost the grace."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_W3C = TraceContextTextMapPropagator()

Attributes = dict[str, str | int | float | bool]


@contextmanager
def otlp_tracing(worker: str, results_topic: str, clock: Clock) -> Iterator[Tracing]:
    """Send spans by OTLP over HTTP, whereto the variables OTEL_EXPORTER_OTLP_… say.

    Raises `CannotStart` for variables that cannot be read.
    """
    provider = TracerProvider(resource=_resource(worker), shutdown_on_exit=False)
    try:
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    except ValueError as error:
        raise CannotStart(f"a variable OTEL_…: {error}") from error
    try:
        yield SpansOfJobs(provider.get_tracer("turnstream"), results_topic, clock)
    finally:
        closing = threading.Thread(target=provider.shutdown, name="close-tracing", daemon=True)
        closing.start()
        closing.join(CLOSE_SECONDS)


def _resource(worker: str) -> Resource:
    """Name the service, unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES do."""
    ours = Resource.create({"service.name": SERVICE, "service.instance.id": worker})
    return ours.merge(OTELResourceDetector().detect())


@dataclass(frozen=True, slots=True)
class SpansOfJobs:
    """The `Tracing` port on a tracer."""

    tracer: Tracer
    results_topic: str
    clock: Clock

    def begin(self, result: Result, parent: bytes | None) -> JobSpan:
        """Start the span of an attempt, in the past; it is sent once its end is known."""
        carrier = {} if parent is None else {TRACEPARENT: parent.decode("ascii")}
        context = _W3C.extract(carrier, Context())
        creation = get_current_span(context).get_span_context()
        span = self.tracer.start_span(
            f"process {result.origin.topic}",
            context,
            SpanKind.CONSUMER,
            _about(result),
            [Link(creation)] if creation.is_valid else [],
            _nanoseconds(taken_up_at(result)),
        )
        return _JobSpan(self, span, result, parent)


@dataclass(frozen=True, slots=True)
class _JobSpan:
    of: SpansOfJobs
    span: Span
    result: Result
    parent: bytes | None

    @property
    def traceparent(self) -> bytes | None:
        carrier = dict[str, str]()
        _W3C.inject(carrier, self._context)
        ours = carrier.get(TRACEPARENT)  # none where OTEL_SDK_DISABLED is set
        return ours.encode() if ours else self.parent

    def published(self) -> None:
        now, began = self._now, self.result.completed_at
        attributes: Attributes = {
            "messaging.system": "kafka",
            "messaging.operation.name": "send",
            "messaging.operation.type": "send",
            "messaging.destination.name": self.of.results_topic,
        }
        self._stages()
        self._child(f"send {self.of.results_topic}", (began, now), SpanKind.PRODUCER, attributes)
        self._end(now, published=True)

    def given_up(self) -> None:
        self._stages()
        self._end(self._now, published=False)

    @property
    def _now(self) -> datetime:
        """Clocks are set back now and then; nothing ends before it began."""
        return max(self.of.clock.utc(), self.result.completed_at)

    @property
    def _context(self) -> Context:
        return set_span_in_context(self.span, Context())

    def _stages(self) -> None:
        for stage in stage_times(self.result):
            self._child(stage.name, (stage.began, stage.ended), SpanKind.INTERNAL)

    def _child(
        self,
        name: str,
        times: tuple[datetime, datetime],
        kind: SpanKind,
        attributes: Attributes | None = None,
    ) -> None:
        began, ended = times
        child = self.of.tracer.start_span(
            name, self._context, kind, attributes, start_time=_nanoseconds(began)
        )
        child.end(_nanoseconds(ended))

    def _end(self, now: datetime, published: bool) -> None:
        self.span.set_attribute("turnstream.published", published)
        if error := self.result.error:
            # The code alone: messages name places, and are written for whoever sent the job.
            self.span.set_attribute("error.type", error.code)
            self.span.set_status(Status(StatusCode.ERROR, error.code))
        self.span.end(_nanoseconds(now))


def _about(result: Result) -> Attributes:
    origin, audio, model = result.origin, result.audio, result.model
    attributes: Mapping[str, str | int | float | bool | None] = {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": origin.topic,
        "messaging.destination.partition.id": str(origin.partition),
        "messaging.kafka.offset": origin.offset,
        "messaging.consumer.group.name": origin.group,
        "turnstream.job_id": result.job_id,
        "turnstream.operation": result.operation,
        "turnstream.model": model.name if model else None,
        "turnstream.status": result.status,
        "turnstream.attempt": result.attempt,
        "turnstream.reused": result.reused,
        "turnstream.queued_seconds": result.timings.queued,
        "turnstream.audio_seconds": audio.duration_seconds if audio else None,
    }
    return {name: value for name, value in attributes.items() if value is not None}


def _nanoseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1000
