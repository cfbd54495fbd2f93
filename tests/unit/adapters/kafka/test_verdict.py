"""Is every error of a producer judged so that nothing is lost and nothing goes out twice?"""

import pytest
from confluent_kafka import KafkaError
from hypothesis import given
from hypothesis import strategies as st

from consumer.adapters.kafka.verdict import CONTENT, Call, Failure, Verdict

CODES = sorted(
    {code for name, code in vars(KafkaError).items() if name.isupper() and isinstance(code, int)}
)

failures = st.builds(
    Failure,
    call=st.sampled_from(Call),
    code=st.sampled_from(CODES),
    retriable=st.booleans(),
    abortable=st.booleans(),
    fatal=st.booleans(),
    unanswered=st.booleans(),
    overdue=st.booleans(),
)


@given(failures)
def test_only_a_commit_is_repeated_and_only_while_it_may_still_succeed(failure: Failure) -> None:
    if failure.verdict is Verdict.AGAIN:
        assert failure.call is Call.COMMIT
        assert failure.retriable
        assert failure.code != KafkaError._CONFLICT
        assert not (failure.abortable)
        assert not (failure.fatal)
        assert not failure.overdue


@given(failures)
def test_what_is_fatal_is_never_aborted_or_repeated(failure: Failure) -> None:
    if failure.fatal:
        assert failure.verdict in {Verdict.UNCLEAR, Verdict.FENCED}


@given(failures)
def test_an_abort_that_fails_is_unclear_or_fenced(failure: Failure) -> None:
    if failure.call is Call.ABORT:
        assert failure.verdict in {Verdict.UNCLEAR, Verdict.FENCED}


@given(failures)
def test_a_twin_is_seen_only_where_nothing_else_can_have_fenced_us(failure: Failure) -> None:
    twin = failure.code == KafkaError._FENCED and not (failure.overdue or failure.unanswered)

    assert (failure.verdict is Verdict.FENCED) == twin


@given(failures)
def test_only_content_is_refused(failure: Failure) -> None:
    if failure.verdict is Verdict.REFUSED:
        assert failure.code in CONTENT


@given(failures)
def test_a_commit_is_said_to_be_aborted_only_where_the_client_says_that_it_can_be(
    failure: Failure,
) -> None:
    if failure.call is Call.COMMIT and failure.verdict is Verdict.ABORT:
        assert failure.abortable


RETRIABLE, ABORTABLE, FATAL, NONE = "retriable", "abortable", "fatal", "none"


@pytest.mark.parametrize(
    ("call", "code", "flag", "verdict"),
    [
        (Call.COMMIT, KafkaError._TIMED_OUT, RETRIABLE, Verdict.AGAIN),
        (Call.SEND_OFFSETS, KafkaError._TIMED_OUT, RETRIABLE, Verdict.ABORT),
        (Call.BEGIN, KafkaError._CONFLICT, RETRIABLE, Verdict.UNCLEAR),
        (Call.ABORT, KafkaError._CONFLICT, RETRIABLE, Verdict.UNCLEAR),
        (Call.SEND_OFFSETS, KafkaError.UNKNOWN_MEMBER_ID, ABORTABLE, Verdict.ABORT),
        (Call.SEND_OFFSETS, KafkaError.OFFSET_METADATA_TOO_LARGE, ABORTABLE, Verdict.ABORT),
        (Call.COMMIT, KafkaError._INCONSISTENT, ABORTABLE, Verdict.ABORT),
        (Call.COMMIT, KafkaError.MSG_SIZE_TOO_LARGE, ABORTABLE, Verdict.REFUSED),
        (Call.PRODUCE, KafkaError.MSG_SIZE_TOO_LARGE, NONE, Verdict.REFUSED),
        (Call.PRODUCE, KafkaError._STATE, NONE, Verdict.UNCLEAR),
        (Call.COMMIT, KafkaError.TOPIC_AUTHORIZATION_FAILED, ABORTABLE, Verdict.ABORT),
        (Call.COMMIT, KafkaError.OUT_OF_ORDER_SEQUENCE_NUMBER, FATAL, Verdict.UNCLEAR),
        (Call.BEGIN, KafkaError._FENCED, FATAL, Verdict.FENCED),
    ],
)
def test_what_was_seen_on_real_brokers(call: Call, code: int, flag: str, verdict: Verdict) -> None:
    failure = Failure(
        call=call,
        code=code,
        retriable=flag == RETRIABLE,
        abortable=flag == ABORTABLE,
        fatal=flag == FATAL,
        unanswered=False,
        overdue=False,
    )

    assert failure.verdict is verdict
