"""Whether a failure says if another attempt may help, and if a store answered."""

import pytest

from consumer.core.errors import (
    AudioForbidden,
    AudioNotFound,
    CrashedWorker,
    Internal,
    InvalidJob,
    JobError,
    NoLongerOurs,
    OutOfMemory,
    StorageUnavailable,
)
from consumer.core.intake import Refusal
from consumer.core.work import Setback
from schemas.commit_metadata import Mark
from tests.fakes.clock import START
from tests.fakes.jobs import job_bytes, record, task, ticket
from tests.unit.core.reports import (
    REPORTER,
    dead_letter_of,
    opened,
    outputs,
    refusal_of,
    result_of,
    stored,
)


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
