"""Whether spans arrive at a collector, and one that does not answer holds up nobody."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from consumer import options
from consumer.adapters.tracing import CLOSE_SECONDS, otlp_tracing
from consumer.core.errors import CannotStart
from consumer.core.tracing import Tracing
from consumer.settings import Settings
from schemas.result import Origin, Result, ResultError
from tests.fakes.clock import START, FakeClock
from tests.stack.collector import Collector, collecting

RESULT = Result(
    status="failed",
    origin=Origin(group="g", topic="jobs", partition=0, offset=7),
    error=ResultError(code="internal", message="", retryable=True),
    attempt=1,
    worker="w",
    completed_at=START,
)


def attributes(collector: Collector) -> dict[str, str]:
    """Of the one who sent spans."""
    [resource] = collector.resources
    return {each.key: each.value.string_value for each in resource.attributes}


def trace_one_job() -> None:
    with otlp_tracing("worker-0", "results", FakeClock()) as tracing:
        tracing.begin(RESULT, None).published()


def test_what_is_left_arrives_before_the_worker_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint)
        monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
        trace_one_job()

    named = attributes(collector)
    assert named["service.name"] == "turnstream-worker"
    assert named["service.instance.id"] == "worker-0"
    assert named["deployment.environment.name"] == "test"
    assert {span.name for span in collector.spans} == {"process jobs", "send results"}


def test_the_service_may_have_a_name_of_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint)
        monkeypatch.setenv("OTEL_SERVICE_NAME", "calls")
        trace_one_job()

    assert attributes(collector)["service.name"] == "calls"


@pytest.fixture
def _nobody_left_behind() -> Iterator[None]:
    """What goes on sending after its worker has ended would reach into the next tests."""
    yield
    for thread in threading.enumerate():
        if thread.name == "close-tracing":
            thread.join()


@pytest.mark.usefixtures("_nobody_left_behind")
def test_a_collector_that_does_not_answer_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", str(CLOSE_SECONDS + 2))
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
        began = time.monotonic()

        trace_one_job()

        assert time.monotonic() - began < CLOSE_SECONDS + 2


def test_a_variable_that_means_nothing_stops_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "-1")

    with pytest.raises(CannotStart, match="OTEL_…: max_queue_size must be a positive integer"):
        trace_one_job()


def tracing_as_asked(way: str) -> AbstractContextManager[Tracing]:
    settings = Settings.model_validate(
        {"kafka": {"bootstrap_servers": "localhost:9092"}, "worker": {"tracing": way}}
    )
    return options.tracing(settings, FakeClock())


def test_a_worker_that_cannot_do_what_is_asked_does_not_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "consumer.adapters.tracing", None)

    with (
        pytest.raises(CannotStart, match="TURNSTREAM_WORKER__TRACING: otlp needs the extra `otel`"),
        tracing_as_asked("otlp"),
    ):
        pass


def test_nobody_is_told_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "consumer.adapters.tracing", None)

    with tracing_as_asked("none") as tracing:
        assert tracing.begin(RESULT, None).traceparent is None


@pytest.mark.parametrize(
    ("statement", "expected"),
    [("import consumer.options", "False"), ("import consumer.adapters.tracing", "True")],
)
def test_only_who_asks_for_it_imports_it(statement: str, expected: str) -> None:
    program = f"{statement}; import sys; print('opentelemetry' in sys.modules)"

    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert told.stdout.strip() == expected
