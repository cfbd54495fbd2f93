"""Whether every end of a job becomes the messages that its readers can understand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consumer.core.errors import (
    AudioNotFound,
    DeadlinePassed,
    InvalidJob,
    UnsupportedOperation,
)
from consumer.core.intake import Refusal
from schemas.codec import decode_job
from schemas.result_parts import ModelIdentity, ResolvedAudio
from schemas.uri import ObjectUri
from tests.fakes.clock import START
from tests.fakes.jobs import job_bytes, record, task, ticket
from tests.unit.core.reports import (
    DESTINATIONS,
    HEADERS,
    REPORTER,
    TRACE,
    dead_letter_of,
    opened,
    outputs,
    refusal_of,
    result_of,
    stored,
)


class TestSucceeded:
    def test_announces_what_is_stored(self) -> None:
        finished = task(metadata={"call": "7"})
        finished.timings["fetch"] = 0.25

        completion = REPORTER.succeeded(finished, stored(), outputs(), False, START)
        result = result_of(completion)

        assert len(completion.messages) == 1
        assert (completion.status, completion.code) == ("succeeded", None)
        assert result.status == "succeeded"
        assert result.inline
        assert result.result == stored().result
        assert result.outputs == outputs()
        assert result.metadata == {"call": "7"}
        assert result.timings.fetch == 0.25
        assert (result.attempt, result.worker, result.reused) == (1, "worker-1", False)

    def test_says_when_a_stored_answer_was_found(self) -> None:
        assert result_of(REPORTER.succeeded(task(), stored(), outputs(), True, START)).reused

    def test_an_answer_that_is_too_long_stays_in_the_store(self) -> None:
        narrow = replace(REPORTER, destinations=replace(DESTINATIONS, results_max_bytes=1000))

        result = result_of(narrow.succeeded(task(), stored(), outputs(), False, START))

        assert (result.inline, result.result) == (False, None)
        assert result.outputs == outputs()


class TestFailed:
    def test_is_a_result_and_a_dead_letter_with_the_original_bytes_and_headers(self) -> None:
        failed = task()
        failed.ticket = ticket(record(job_bytes(), offset=7, headers=HEADERS))

        completion = REPORTER.failed(failed, AudioNotFound("s3://calls/a.wav is gone"), START)
        letter = dead_letter_of(completion)

        assert (completion.status, completion.code) == ("failed", "audio_not_found")
        assert result_of(completion).error is not None
        assert letter.key == b"key"
        assert letter.value == job_bytes()
        assert letter.original_headers == HEADERS
        assert letter.failure.code == "audio_not_found"
        assert letter.failure.message == "s3://calls/a.wav is gone"
        assert letter.failure.position.offset == 7
        assert letter.failure.failed_at == START

    def test_says_which_audio_and_model_were_meant(self) -> None:
        result = result_of(REPORTER.failed(task(), AudioNotFound("gone"), START))

        assert result.audio == ResolvedAudio(uri=ObjectUri.parse("s3://calls/a.wav"))
        assert result.model == ModelIdentity(name="small", id="local/small", sha256="0" * 64)

    def test_says_what_was_found_out_about_the_audio(self) -> None:
        failed = opened()

        assert (
            result_of(REPORTER.failed(failed, AudioNotFound("gone"), START)).audio == failed.audio
        )

    def test_an_expired_job_is_no_dead_letter(self) -> None:
        completion = REPORTER.failed(task(), DeadlinePassed("too late"), START)

        assert [message.topic for message in completion.messages] == ["results"]
        assert (completion.status, completion.code) == ("expired", "deadline_passed")
        assert result_of(completion).status == "expired"

    def test_a_letter_that_would_not_fit_is_cut(self) -> None:
        narrow = replace(REPORTER, destinations=replace(DESTINATIONS, message_max_bytes=2048))
        huge = ticket(record(b"x" * 10_000))

        letter = dead_letter_of(narrow.refused(Refusal(huge, InvalidJob("not JSON")), START))

        assert letter.truncated
        assert letter.record_bytes <= 2048


class TestRefused:
    def test_a_job_with_an_id_is_answered_by_it(self) -> None:
        completion = REPORTER.refused(refusal_of(b"{", "call-1", "diarize"), START)
        result = result_of(completion)

        assert completion.messages[0].key == b"call-1"
        assert (completion.job_id, completion.operation) == ("call-1", "diarize")
        assert (result.job_id, result.operation, result.status) == ("call-1", "diarize", "failed")

    def test_one_without_an_id_is_answered_by_its_position(self) -> None:
        completion = REPORTER.refused(refusal_of(b"\x00\xff"), START)
        result = result_of(completion)

        assert result.job_id is None
        assert completion.messages[0].key == b"jobs/0/7"
        assert completion.operation == "unknown"
        assert dead_letter_of(completion).value == b"\x00\xff"

    def test_a_valid_job_gets_its_metadata_back(self) -> None:
        value = job_bytes(metadata={"call": "7"}, operation="translate", params={"to": "de"})
        refusal = Refusal(
            ticket(record(value)),
            UnsupportedOperation("not here"),
            decode_job(value),
            "call-1",
            "translate",
        )

        result = result_of(REPORTER.refused(refusal, START))

        assert result.metadata == {"call": "7"}
        assert result.audio is not None
        assert result.operation == "translate"

    def test_a_producers_own_word_for_an_operation_never_names_a_metric(self) -> None:
        completion = REPORTER.refused(refusal_of(b"{", "call-1", "made-up-73c1"), START)

        assert completion.operation == "unknown"


class TestOrigin:
    def test_is_the_position_and_time_of_the_record(self) -> None:
        origin = result_of(REPORTER.refused(refusal_of(b"{"), START)).origin

        assert (origin.group, origin.topic, origin.partition, origin.offset) == (
            "workers",
            "jobs",
            0,
            7,
        )
        assert origin.timestamp == START - timedelta(seconds=2)

    @pytest.mark.parametrize(
        "timestamp_ms", [0, -1, -(2**63), 2**63 - 1, 1_767_323_045_000_000_000]
    )
    def test_a_record_without_a_credible_time_has_none(self, timestamp_ms: int) -> None:
        of = record(b"{", timestamp_ms=timestamp_ms)

        result = result_of(REPORTER.refused(Refusal(ticket(of), InvalidJob("not JSON")), START))

        assert result.origin.timestamp is None


def test_results_are_traced_and_routed_by_headers() -> None:
    message = REPORTER.refused(refusal_of(b"{", "call-1"), START).messages[0]

    assert message.headers == (
        ("traceparent", TRACE),
        ("content-type", b"application/json"),
        ("x-job-id", b"call-1"),
        ("x-status", b"failed"),
        ("x-origin-topic", b"jobs"),
        ("x-origin-partition", b"0"),
        ("x-origin-offset", b"7"),
    )


def test_a_trace_that_is_none_stays_in_the_dead_letter_alone() -> None:
    of = record(b"{", headers=(("traceparent", b"00-1"),))

    completion = REPORTER.refused(Refusal(ticket(of), InvalidJob("not JSON")), START)

    assert "traceparent" not in dict(completion.messages[0].headers)
    assert dead_letter_of(completion).original_headers == of.headers
