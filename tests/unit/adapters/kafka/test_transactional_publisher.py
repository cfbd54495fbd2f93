"""Does the publisher with transactions say how each publication ended, or why it cannot go on?"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from confluent_kafka import KafkaError, Producer

from consumer.adapters.kafka import read_back
from consumer.adapters.kafka.configuration import Properties
from consumer.adapters.kafka.transactional_publisher import TransactionalPublisher
from consumer.core.errors import CannotStart, Fenced
from consumer.core.model import Commit, Message, Partition, Publication
from consumer.core.ports import Outcome
from tests.unit.adapters.kafka.scripted import ScriptedProducer, error

PROPERTIES: Properties = {"transactional.id": "turnstream-0", "transaction.timeout.ms": 10_000}
WHOLE = Publication((Message("results", None, b"", ()),), {Partition("jobs", 0): Commit(1)})
GONE = Partition("jobs", 0)
PATIENCE_SECONDS = 30.0


@dataclass(slots=True)
class Member:
    """Counts how often it was asked who it is."""

    properties: Properties = field(default_factory=dict)
    asked: int = 0

    def group_metadata(self) -> int:
        self.asked += 1
        return self.asked


@dataclass(slots=True)
class Desk:
    """What a publisher with scripted producers needs, and what it does with it."""

    producers: list[ScriptedProducer]
    made: list[ScriptedProducer] = field(default_factory=list)
    member: Member = field(default_factory=Member)
    crashes: list[BaseException] = field(default_factory=list)

    def publisher(self) -> TransactionalPublisher:
        return TransactionalPublisher(PROPERTIES, self.member, self.crashes.append, self._new)

    def _new(self, *_: object, **__: object) -> Producer:
        self.made.append(self.producers.pop(0))
        return self.made[-1].as_client


@pytest.fixture
def producer() -> ScriptedProducer:
    return ScriptedProducer()


@pytest.fixture
def desk(producer: ScriptedProducer) -> Desk:
    return Desk([producer, ScriptedProducer()])


def published(publisher: TransactionalPublisher) -> Outcome | None:
    publisher.hand_over(WHOLE)
    return publisher.settle(PATIENCE_SECONDS)


@pytest.fixture
def publisher(desk: Desk) -> Iterator[TransactionalPublisher]:
    publisher = desk.publisher()
    yield publisher
    publisher.close()


def test_asks_who_it_is_in_the_group_at_each_hand_over(
    desk: Desk, publisher: TransactionalPublisher
) -> None:
    published(publisher)

    assert published(publisher) == Outcome(WHOLE, published=True, committed=True)
    assert desk.member.asked == 2


def test_the_producer_of_what_was_refused_is_not_used_again(
    desk: Desk, producer: ScriptedProducer, publisher: TransactionalPublisher
) -> None:
    producer.fail("commit", error(KafkaError.INVALID_RECORD, abortable=True))

    refused, after = published(publisher), published(publisher)

    assert refused == Outcome(WHOLE, False, False, "commit: said so", refused=True)
    assert after == Outcome(WHOLE, published=True, committed=True)
    assert producer.calls.count("begin") == 1
    assert desk.made[1].calls[:2] == ["init", "begin"]


def test_each_try_to_begin_with_transactions_has_a_client_of_its_own(
    desk: Desk, producer: ScriptedProducer
) -> None:
    producer.fail("init", error(KafkaError._TIMED_OUT, retriable=True))
    publisher = desk.publisher()

    outcome = published(publisher)
    publisher.close()

    assert outcome == Outcome(WHOLE, published=True, committed=True)
    assert producer.calls == ["init"]
    assert "commit" in desk.made[1].calls


@pytest.mark.parametrize(
    ("call", "cause", "told"),
    [
        ("init", error(KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, fatal=True), CannotStart),
        ("begin", error(KafkaError._FENCED, fatal=True), Fenced),
        ("produce", ZeroDivisionError(), ZeroDivisionError),
    ],
)
def test_what_it_cannot_go_on_after_is_told_once(
    call: str, cause: BaseException, told: type[BaseException]
) -> None:
    producer, desk = ScriptedProducer(), Desk([])
    producer.fail(call, cause)
    desk.producers.append(producer)
    publisher = desk.publisher()

    outcome = published(publisher)
    again = published(publisher)
    publisher.close()

    assert (outcome, again, publisher.outcome()) == (None, None, None)
    assert [type(crash) for crash in desk.crashes] == [told]


@pytest.mark.parametrize(("gone", "is_out"), [([], True), ([GONE], False)])
def test_a_partition_that_has_left_does_not_tell_how_a_transaction_ended(
    monkeypatch: pytest.MonkeyPatch, gone: list[Partition], is_out: bool
) -> None:
    producer = ScriptedProducer()
    producer.fail("commit", error(KafkaError._INCONSISTENT, fatal=True))
    reached, go_on = threading.Event(), threading.Event()

    def read(_: object, partition: Partition, __: float) -> Commit:
        reached.set()
        assert go_on.wait(PATIENCE_SECONDS)
        return Commit(1 if partition == GONE else 0)  # its next owner did the same job

    monkeypatch.setattr(read_back, "read_commit", read)
    both = Publication(WHOLE.messages, {GONE: Commit(1), Partition("jobs", 1): Commit(1)})
    desk = Desk([producer, ScriptedProducer()], member=Member({"group.id": "turnstream"}))
    publisher = desk.publisher()

    publisher.hand_over(both)
    assert reached.wait(PATIENCE_SECONDS)
    publisher.withdraw(gone)
    go_on.set()
    outcome = publisher.settle(PATIENCE_SECONDS)
    publisher.close()

    assert outcome is not None
    assert (outcome.published, outcome.committed) == (is_out, is_out)
