"""Does each publication without transactions end, and does none speak for another?"""

from collections.abc import Callable
from typing import cast

import pytest
from confluent_kafka import Producer

from consumer.adapters.kafka.at_least_once import AtLeastOncePublisher
from consumer.adapters.kafka.awaited_commit import AwaitedCommit, Ended
from consumer.adapters.kafka.commits import Commits, positions
from consumer.core.model import Commit, Message, Partition, Publication
from consumer.core.ports import Outcome
from tests.fakes.clock import FakeClock

PATIENCE_SECONDS = 62.0
P0, P1 = Partition("jobs", 0), Partition("jobs", 1)
FIRST = Publication((Message("results", b"1", b"", ()),), {P0: Commit(1)})
SECOND = Publication((Message("results", b"2", b"", ()),), {P0: Commit(2)})


class FakeProducer:
    """Delivers in the next poll what it was given."""

    def __init__(self) -> None:
        self.keys: list[bytes] = []
        self._reports: list[Callable[[None, None], None]] = []

    def produce(
        self, _: str, *, key: bytes, on_delivery: Callable[[None, None], None], **__: object
    ) -> None:
        self.keys.append(key)
        self._reports.append(on_delivery)

    def poll(self, _: float) -> None:
        while self._reports:
            self._reports.pop()(None, None)


class FakeSource:
    """Notes commits, and answers them when the test wants it to."""

    def __init__(self, clock: FakeClock) -> None:
        self.commits: list[Commits] = []
        self.ended: list[Ended] = []
        self._awaited = AwaitedCommit(PATIENCE_SECONDS, clock.monotonic)

    def commit(self, commits: Commits, ended: Ended) -> None:
        self.commits.append(commits)
        self.ended.append(ended)
        self._awaited.begin(commits, ended)

    def commit_now(self, commits: Commits, timeout_seconds: float) -> str:
        raise AssertionError("nobody asked for this")

    def answer(self, commits: Commits) -> None:
        self._awaited.answered(None, positions(commits))

    def poll(self) -> None:
        self._awaited.lose_patience()


class Desk:
    """A publisher between a producer and a source that tests look at."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.producer, self.source = FakeProducer(), FakeSource(self.clock)
        self.publisher = AtLeastOncePublisher({}, self.source, self._new)

    def hand_over(self, publication: Publication) -> None:
        """Up to where its commit is on its way."""
        self.publisher.hand_over(publication)
        assert self.publisher.outcome() is None

    def outcome(self, after_seconds: float = 0.0) -> Outcome | None:
        self.clock.advance(after_seconds)
        self.source.poll()
        return self.publisher.outcome()

    def _new(self, *_: object, **__: object) -> Producer:
        return cast("Producer", self.producer)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_commit_that_is_never_answered_ends_its_publication(desk: Desk) -> None:
    desk.hand_over(FIRST)
    in_time = desk.outcome(PATIENCE_SECONDS)

    ended = desk.outcome(0.1)

    assert in_time is None
    problem = "the commit was not answered within 62 s"
    assert ended == Outcome(FIRST, published=True, committed=False, problem=problem)


def test_the_next_publication_carries_the_offsets_again(desk: Desk) -> None:
    desk.hand_over(FIRST)
    desk.outcome(PATIENCE_SECONDS + 0.1)
    again = Publication((), FIRST.commits)

    desk.hand_over(again)
    desk.source.answer(FIRST.commits)

    assert desk.outcome() == Outcome(again, published=True, committed=True)
    assert desk.source.commits == [FIRST.commits] * 2
    assert desk.producer.keys == [b"1"]


def test_a_late_answer_ends_no_later_publication(desk: Desk) -> None:
    desk.hand_over(FIRST)
    desk.outcome(PATIENCE_SECONDS + 0.1)

    between = desk.outcome()
    desk.publisher.hand_over(SECOND)
    desk.source.answer(FIRST.commits)
    desk.source.ended[0]("told twice")

    assert between is None
    assert desk.outcome() is None, "its messages are out and its commit is on its way"
    desk.source.answer(SECOND.commits)
    assert desk.outcome() == Outcome(SECOND, published=True, committed=True)


def test_what_was_withdrawn_is_not_told_as_committed(desk: Desk) -> None:
    desk.hand_over(Publication((), {P0: Commit(1), P1: Commit(5)}))

    desk.publisher.withdraw([P1])
    desk.source.answer({P0: Commit(1), P1: Commit(5)})

    assert desk.outcome() == Outcome(Publication((), {P0: Commit(1)}), True, True)
