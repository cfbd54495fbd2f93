"""Whether log lines are read by machines and people alike, and carry what they were given."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from consumer.adapters.logs import ConsoleLines, JsonLines
from consumer.adapters.prometheus import Metrics
from consumer.adapters.telemetry import LogsAndMetrics
from consumer.core.batching import Closed, Outline
from consumer.core.errors import ModelUnavailable
from consumer.core.memory_budget import Unloading
from consumer.core.model import Partition
from consumer.core.tracing import PassedOn
from consumer.core.work import Setback
from tests.fakes.clock import START
from tests.fakes.jobs import record, task, ticket
from tests.fakes.stages import completion_of

SECRET = "-----hush-----"
KIND = ("diarize", "small")


class Lines:
    """What was logged, read back."""

    def __init__(self) -> None:
        self._stream = io.StringIO()
        self.handler = logging.StreamHandler(self._stream)
        self.handler.setFormatter(JsonLines())

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    logger, lines = logging.getLogger("turnstream"), Lines()
    level = logger.level
    logger.addHandler(lines.handler)
    logger.setLevel(logging.DEBUG)
    yield lines
    logger.removeHandler(lines.handler)
    logger.setLevel(level)


@pytest.fixture
def log() -> logging.Logger:
    return logging.getLogger("turnstream.test")


@pytest.fixture
def telemetry() -> LogsAndMetrics:
    return LogsAndMetrics(Metrics())


class TestJsonLines:
    def test_a_line_is_an_event_and_its_fields(self, lines: Lines, log: logging.Logger) -> None:
        log.info("job settled", extra={"job_id": "call-1", "code": None, "partition": 3})

        [line] = lines.all
        assert line.pop("time").endswith("+00:00")
        assert line == {
            "level": "INFO",
            "logger": "turnstream.test",
            "event": "job settled",
            "job_id": "call-1",
            "code": None,
            "partition": 3,
        }

    def test_an_exception_stays_on_its_line(self, lines: Lines, log: logging.Logger) -> None:
        log.error("worker failed", exc_info=ValueError("two\nlines"))

        [line] = lines.all
        assert line["exception"].endswith("ValueError: two\nlines")

    def test_text_with_line_breaks_does_not_make_lines(
        self, lines: Lines, log: logging.Logger
    ) -> None:
        log.warning("kafka error", extra={"reason": 'a\n{"level": "INFO"}'})

        assert len(lines.all) == 1

    def test_values_that_json_does_not_know_become_text(
        self, lines: Lines, log: logging.Logger
    ) -> None:
        log.info("partitions changed", extra={"which": Partition("jobs", 1)})

        assert lines.all[0]["which"] == "jobs/1"


def test_people_read_a_line_with_what_is_known(log: logging.Logger) -> None:
    record = log.makeRecord(
        log.name, logging.INFO, "", 0, "job settled", (), None, extra={"job_id": "a", "code": None}
    )

    line = ConsoleLines().format(record)

    assert line.endswith("INFO    job settled job_id=a")


class TestTelemetry:
    def test_a_job_that_ended_is_one_line_and_one_count(
        self, lines: Lines, telemetry: LogsAndMetrics
    ) -> None:
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        span = PassedOn(f"00-{trace}-00f067aa0ba902b7-01".encode())
        ended = completion_of(ticket(record(offset=7)))

        telemetry.job_settled(replace(ended, attempt=2, seconds=1.23456, span=span), START)

        [line] = lines.all
        del line["time"]
        assert line == {
            "level": "INFO",
            "logger": "turnstream.worker",
            "event": "job settled",
            "job_id": "job-7",
            "status": "succeeded",
            "code": None,
            "attempt": 2,
            "seconds": 1.235,
            "trace_id": trace,
            "partition": 0,
            "offset": 7,
        }
        labels = {"operation": "diarize", "status": "succeeded", "code": "none"}
        assert sample(telemetry, "turnstream_jobs_total", labels) == 1.0

    def test_every_line_about_a_job_says_which_and_where(
        self, lines: Lines, telemetry: LogsAndMetrics
    ) -> None:
        about = ticket(record(offset=7))
        ended = completion_of(about, Setback("internal", "a bug"))

        telemetry.job_settled(ended, START)
        telemetry.late_completion_dropped(ended)
        telemetry.job_put_off(ended, 30.0)
        telemetry.job_held(ended)
        telemetry.job_crashed(about, "job-7", RuntimeError("a bug"))
        telemetry.tombstone_skipped(about.record)

        told = [(line.get("job_id"), line["partition"], line["offset"]) for line in lines.all]
        assert told == [*[("job-7", 0, 7)] * 5, (None, 0, 7)]
        assert [line["event"] for line in lines.all if line["level"] == "INFO"] == ["job settled"]

    def test_no_field_takes_the_place_of_the_event(
        self, lines: Lines, telemetry: LogsAndMetrics
    ) -> None:
        telemetry.tombstone_skipped(record(None))
        telemetry.late_completion_dropped(completion_of(ticket()))
        telemetry.job_crashed(ticket(), "call-1", RuntimeError("a bug"))
        telemetry.batch_ran(Outline(KIND, 1, 1.0, Closed.JOBS), 0.5)
        telemetry.model_loaded(KIND, 2.0, 7)
        telemetry.model_load_failed(KIND, ModelUnavailable("gated"))
        telemetry.model_unloaded(KIND, Unloading.IDLE, 0.3, 7)
        telemetry.model_unload_failed(KIND, RuntimeError("a bug"))
        telemetry.memory_not_returned(KIND, 7, 9)
        telemetry.publication_failed("the broker is down")
        telemetry.assignment_changed("revoked", [Partition("jobs", 1)], 2)
        telemetry.in_flight(3)

        assert [line["event"].partition(":")[0] for line in lines.all] == [
            "tombstone skipped",
            "late completion dropped",
            "job met a bug of this worker",
            "batch ran",
            "model loaded",
            "model cannot be loaded",
            "model unloaded",
            "model failed to unload",
            "memory of an unloaded model is still in use",
            "publication goes again",
            "partitions changed",
        ]

    def test_counts_what_it_is_told(self, telemetry: LogsAndMetrics) -> None:
        telemetry.batch_ran(Outline(KIND, 1, 1.5, Closed.LINGER), 0.5)
        telemetry.assignment_changed("assigned", [Partition("jobs", 1)], 2)
        telemetry.in_flight(3)

        assert sample(telemetry, "turnstream_audio_seconds_total", {"operation": KIND[0]}) == 1.5
        assert sample(telemetry, "turnstream_batch_jobs_count", {"closed": "linger"}) == 1.0
        assert sample(telemetry, "turnstream_partitions_assigned") == 2.0
        assert sample(telemetry, "turnstream_jobs_in_flight") == 3.0

    def test_models_that_come_and_go_are_counted(self, telemetry: LogsAndMetrics) -> None:
        telemetry.model_loaded(KIND, 2.0, 7)
        telemetry.models_resident(1, 8)
        telemetry.model_load_failed(KIND, ModelUnavailable("gated"))
        telemetry.model_unloaded(KIND, Unloading.EVICTED, 0.3, 7)

        model = {"model": KIND[1]}
        assert sample(telemetry, "turnstream_model_load_seconds_sum", model) == 2.0
        assert sample(telemetry, "turnstream_models_resident") == 1.0
        assert sample(telemetry, "turnstream_models_bytes") == 8.0
        assert sample(telemetry, "turnstream_model_load_failures_total", model) == 1.0
        evicted = {**model, "reason": "evicted"}
        assert sample(telemetry, "turnstream_model_unloads_total", evicted) == 1.0

    def test_a_model_that_goes_is_told_with_what_that_took(
        self, lines: Lines, telemetry: LogsAndMetrics
    ) -> None:
        telemetry.model_unloaded(KIND, Unloading.EVICTED, 0.3456, 7)

        (line,) = lines.all
        assert (line["reason"], line["seconds"], line["returned_bytes"]) == ("evicted", 0.346, 7)

    def test_only_a_bug_met_while_loading_has_a_traceback(
        self, lines: Lines, telemetry: LogsAndMetrics
    ) -> None:
        telemetry.model_load_failed(KIND, ModelUnavailable("gated"))
        telemetry.model_load_failed(KIND, ImportError("no module named whisper"))

        told = [(line["reason"], "exception" in line) for line in lines.all]
        assert told == [("gated", False), ("no module named whisper", True)]

    def test_neither_lines_nor_figures_carry_what_a_message_holds(
        self, lines: Lines, telemetry: LogsAndMetrics
    ) -> None:
        private = task(metadata={"patient": SECRET}, audio={"uri": f"s3://calls/{SECRET}.wav"})

        telemetry.job_crashed(private.ticket, private.job.job_id, RuntimeError("a bug"))
        telemetry.late_completion_dropped(completion_of(private.ticket))
        telemetry.tombstone_skipped(record(None, headers=(("authorization", SECRET.encode()),)))

        assert SECRET not in lines.text


def sample(telemetry: LogsAndMetrics, name: str, labels: dict[str, str] | None = None) -> float:
    value = telemetry.metrics.registry.get_sample_value(name, labels or {})
    assert value is not None, name
    return value
