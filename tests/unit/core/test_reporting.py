"""Whether every end of a job becomes the messages that its readers can understand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consumer.core.errors import (
    AudioForbidden,
    AudioNotFound,
    CrashedWorker,
    DeadlinePassed,
    Internal,
    InvalidJob,
    JobError,
    NoLongerOurs,
    OutOfMemory,
    StorageUnavailable,
    UnsupportedOperation,
)
from consumer.core.intake import Refusal
from consumer.core.reporting import Destinations, Reporter
from consumer.core.work import Completion, Setback, Task
from schemas.codec import decode_job, decode_result
from schemas.commit_metadata import Mark
from schemas.dead_letter import DeadLetter
from schemas.diarization import DiarizationResult
from schemas.result import Output, Result, StoredResult
from schemas.result_parts import ModelIdentity, ResolvedAudio
from schemas.uri import ObjectUri
from tests.fakes.clock import START
from tests.fakes.jobs import job_bytes, record, task, ticket

DESTINATIONS = Destinations("results", "dead-letters", 512 * 1024, 1024 * 1024)
REPORTER = Reporter("workers", "worker-1", DESTINATIONS)
HEADERS = (("traceparent", b"00-1"), ("mine", None), ("mine", b"\xff"))


def result_of(completion: Completion) -> Result:
    message = completion.messages[0]
    assert message.topic == "results"
    assert message.value is not None
    return decode_result(message.value)


def dead_letter_of(completion: Completion) -> DeadLetter:
    _, message = completion.messages
    assert message.topic == "dead-letters"
    return DeadLetter(message.key, message.value or b"", message.headers)


def refusal_of(value: bytes, job_id: str | None = None, operation: str | None = None) -> Refusal:
    of = record(value, offset=7, headers=HEADERS)
    return Refusal(ticket(of), InvalidJob("not JSON"), None, job_id, operation)


def stored() -> StoredResult:
    return StoredResult(
        job_id="call-1",
        operation="diarize",
        audio=ResolvedAudio(uri=ObjectUri.parse("s3://calls/a.wav"), duration_seconds=2.0),
        params=task().job.params,
        model=ModelIdentity(name="small", id="local/small"),
        engine_version=1,
        result=DiarizationResult.of([(0.0, 1.0, "SPEAKER_00")], None, 2.0),
        fingerprint="0123456789abcdef",
    )


def outputs() -> tuple[Output, ...]:
    uri = ObjectUri.parse("s3://results/call-1/0123456789abcdef.json")
    return (Output(format="json", uri=uri, sha256="0" * 64, size_bytes=1),)


def opened() -> Task:
    found = task()
    found.audio = ResolvedAudio(uri=found.job.audio.uri, etag="abc")
    return found


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


class TestAnotherAttempt:
    def test_an_error_that_may_heal_is_a_setback_and_says_why(self) -> None:
        completion = REPORTER.failed(task(), OutOfMemory("ten hours"), START)

        assert completion.setback == Setback("out_of_memory", "ten hours")
        assert len(completion.messages) == 2

    def test_a_store_that_gave_no_answer_is_named_with_the_object(self) -> None:
        error = StorageUnavailable("down", "s3://calls/a.wav", everybody=True)

        completion = REPORTER.failed(task(), error, START)

        assert completion.setback == Setback("storage_unavailable", "down", error.place, True)

    @pytest.mark.parametrize("error", [AudioNotFound("gone"), NoLongerOurs("went")], ids=repr)
    def test_what_has_ended_has_none(self, error: JobError) -> None:
        assert REPORTER.failed(task(), error, START).setback is None

    def test_a_job_that_killed_too_many_workers_has_none(self) -> None:
        refusal = Refusal(ticket(), CrashedWorker("3 times"))

        completion = REPORTER.refused(refusal, START)

        assert (completion.setback, completion.code) == (None, "crashed_worker")
        assert len(completion.messages) == 2

    def test_messages_say_which_attempt_it_was(self) -> None:
        of = record(b"{")

        result = result_of(
            REPORTER.refused(Refusal(ticket(of, Mark(attempts=2)), InvalidJob("")), START)
        )

        assert result.attempt == 3


class TestWhetherAStoreAnswered:
    def test_a_result_that_is_stored_is_an_answer(self) -> None:
        assert REPORTER.succeeded(task(), stored(), outputs(), False, START).store_answered

    @pytest.mark.parametrize("error", [AudioNotFound("gone"), AudioForbidden("closed")], ids=repr)
    def test_a_definite_no_is_an_answer(self, error: JobError) -> None:
        assert REPORTER.failed(task(), error, START).store_answered

    def test_audio_that_was_opened_is_an_answer_whatever_came_then(self) -> None:
        assert REPORTER.failed(opened(), OutOfMemory("ten hours"), START).store_answered

    def test_the_silence_after_an_answer_counts_more(self) -> None:
        assert not REPORTER.failed(opened(), StorageUnavailable("down"), START).store_answered

    def test_a_bug_met_before_anybody_was_asked_is_none(self) -> None:
        assert not REPORTER.failed(task(), Internal("a bug"), START).store_answered

    def test_a_record_that_is_no_job_asks_nobody(self) -> None:
        assert not REPORTER.refused(refusal_of(b"{"), START).store_answered


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


class TestUndeliverable:
    def test_is_a_short_failure_in_the_place_of_the_answer(self) -> None:
        answer = REPORTER.succeeded(task(), stored(), outputs(), False, START)

        completion = REPORTER.undeliverable(answer, "MSG_SIZE_TOO_LARGE", START)
        result = result_of(completion)

        assert (completion.ticket, completion.job_id) == (answer.ticket, answer.job_id)
        assert (completion.status, completion.code) == ("failed", "internal")
        assert result.error is not None
        assert "MSG_SIZE_TOO_LARGE" in result.error.message
        assert dead_letter_of(completion).value == job_bytes()

    def test_names_the_job_and_its_operation(self) -> None:
        answer = REPORTER.failed(task(), AudioNotFound("gone"), START)

        result = result_of(REPORTER.undeliverable(answer, "", START))

        assert (result.job_id, result.operation) == ("call-1", "diarize")

    def test_an_operation_that_nobody_knows_has_no_name(self) -> None:
        answer = REPORTER.refused(refusal_of(b"{", "call-1", "made-up"), START)

        assert result_of(REPORTER.undeliverable(answer, "", START)).operation is None


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
        ("traceparent", b"00-1"),
        ("content-type", b"application/json"),
        ("x-job-id", b"call-1"),
        ("x-status", b"failed"),
        ("x-origin-topic", b"jobs"),
        ("x-origin-partition", b"0"),
        ("x-origin-offset", b"7"),
    )
