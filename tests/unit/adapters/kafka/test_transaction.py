"""Does one publication become one transaction, whatever its calls answer?"""

import pytest
from confluent_kafka import KafkaError

from consumer.adapters.kafka.transaction import Ending, HandedOver, Transaction
from consumer.adapters.kafka.verdict import Verdict
from consumer.adapters.kafka.watch import Abandoned, Watch
from consumer.core.model import Commit, Message, Partition, Publication
from tests.unit.adapters.kafka.scripted import ScriptedProducer, error

RESULT = Message("results", b"key", b"value", ())
WHOLE = HandedOver(Publication((RESULT,), {Partition("jobs", 0): Commit(1, "1;")}), "member")
TIMED_OUT = error(KafkaError._TIMED_OUT, retriable=True)


@pytest.fixture
def producer() -> ScriptedProducer:
    return ScriptedProducer()


def run(
    producer: ScriptedProducer, handed: HandedOver = WHOLE, timeout_seconds: float = 60.0
) -> Ending:
    transaction = Transaction(producer.as_client, Watch(), timeout_seconds, unanswered=False)
    return transaction.run(handed)


def test_messages_and_offsets_are_committed_together(producer: ScriptedProducer) -> None:
    ending = run(producer)

    assert producer.calls == ["begin", "produce", "send offsets", "commit"]
    assert ending.verdict is None
    assert not ending.spends_producer


def test_messages_need_no_offsets(producer: ScriptedProducer) -> None:
    run(producer, HandedOver(Publication((RESULT, RESULT), {}), "member"))

    assert producer.calls == ["begin", "produce", "produce", "commit"]


def test_a_commit_that_timed_out_is_repeated_alone_and_spends_the_producer(
    producer: ScriptedProducer,
) -> None:
    producer.fail("commit", TIMED_OUT, TIMED_OUT)

    ending = run(producer)

    assert producer.calls[3:] == ["commit"] * 3
    assert ending.verdict is None
    assert ending.spends_producer  # what timed out may still arrive, and end the next one


def test_past_its_time_limit_a_commit_is_not_repeated(producer: ScriptedProducer) -> None:
    producer.fail("commit", TIMED_OUT)

    ending = run(producer, timeout_seconds=0)

    assert producer.calls[-1] == "commit"
    assert ending.verdict is Verdict.UNCLEAR


def test_who_is_no_member_any_more_aborts_and_goes_on(producer: ScriptedProducer) -> None:
    producer.fail("send offsets", error(KafkaError.UNKNOWN_MEMBER_ID, abortable=True))

    ending = run(producer)

    assert producer.calls[-2:] == ["send offsets", "abort"]
    assert ending.verdict is Verdict.ABORT
    assert ending.problem == "send offsets: said so"
    assert not ending.spends_producer


def test_a_commit_that_fails_for_its_messages_says_what_became_of_them(
    producer: ScriptedProducer,
) -> None:
    producer.undelivered = KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED, "not authorized")
    producer.fail("commit", error(KafkaError._INCONSISTENT, abortable=True))

    ending = run(producer, HandedOver(Publication((RESULT, RESULT), {}), "member"))

    assert ending.problem == "commit: said so; results: not authorized"


def test_an_abort_that_fails_leaves_it_unclear(producer: ScriptedProducer) -> None:
    producer.fail("send offsets", TIMED_OUT)
    producer.fail("abort", error(KafkaError._CONFLICT, retriable=True))

    ending = run(producer)

    assert ending.verdict is Verdict.UNCLEAR
    assert ending.problem == "send offsets: said so"  # where it began
    assert ending.spends_producer


def test_who_was_fenced_after_a_time_out_has_no_twin(producer: ScriptedProducer) -> None:
    producer.fail("commit", TIMED_OUT, error(KafkaError._FENCED, fatal=True))

    assert run(producer).verdict is Verdict.UNCLEAR


def test_content_that_is_refused_spends_the_producer(producer: ScriptedProducer) -> None:
    producer.fail("produce", error(KafkaError.MSG_SIZE_TOO_LARGE))

    ending = run(producer)

    assert producer.calls == ["begin", "produce"]
    assert ending.verdict is Verdict.REFUSED
    assert ending.spends_producer


def test_a_full_queue_is_emptied_first(producer: ScriptedProducer) -> None:
    producer.fail("produce", BufferError())

    ending = run(producer)

    assert producer.calls[:4] == ["begin", "produce", "flush", "produce"]
    assert ending.verdict is None


def test_an_abandoned_thread_makes_no_further_call(producer: ScriptedProducer) -> None:
    watch = Watch()
    watch.abandon()

    with pytest.raises(Abandoned):
        Transaction(producer.as_client, watch, 60.0, unanswered=False).run(WHOLE)

    assert producer.calls == []
