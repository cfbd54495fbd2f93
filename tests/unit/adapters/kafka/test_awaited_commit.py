"""Is it told once how a commit ended, also when the client never tells?"""

import pytest
from confluent_kafka import KafkaError

from consumer.adapters.kafka.awaited_commit import AwaitedCommit, patience_seconds
from consumer.adapters.kafka.commits import Commits, positions
from consumer.core.model import Commit, Partition
from tests.fakes.clock import FakeClock

PATIENCE_SECONDS = 62.0
COMMITS = {Partition("jobs", 0): Commit(1, "1;")}
NEWER = {Partition("jobs", 0): Commit(2, "1;")}


class Waiting:
    """Somebody who waits for commits."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.heard: list[str] = []
        self.awaited = AwaitedCommit(PATIENCE_SECONDS, self.clock.monotonic)

    def begin(self, commits: Commits = COMMITS) -> None:
        self.awaited.begin(commits, self.heard.append)

    def answer(self, commits: Commits = COMMITS, error: KafkaError | None = None) -> None:
        self.awaited.answered(error, positions(commits))

    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.awaited.lose_patience()


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


def test_an_answer_in_time_is_told_once(waiting: Waiting) -> None:
    waiting.begin()
    waiting.wait(PATIENCE_SECONDS)

    waiting.answer()
    waiting.answer()
    waiting.wait(PATIENCE_SECONDS)

    assert waiting.heard == [""]


def test_a_commit_that_is_refused_is_told_with_the_reason(waiting: Waiting) -> None:
    waiting.begin()

    waiting.answer(error=KafkaError(KafkaError.ILLEGAL_GENERATION, "said so"))

    assert waiting.heard == ["said so"]


def test_a_commit_that_is_never_answered_counts_as_not_made(waiting: Waiting) -> None:
    waiting.begin()

    waiting.wait(PATIENCE_SECONDS + 0.1)
    waiting.wait(PATIENCE_SECONDS + 0.1)

    assert waiting.heard == ["the commit was not answered within 62 s"]


def test_an_answer_that_comes_after_that_is_told_nobody(waiting: Waiting) -> None:
    waiting.begin()
    waiting.wait(PATIENCE_SECONDS + 0.1)

    waiting.answer()
    waiting.begin(NEWER)
    waiting.answer()

    assert len(waiting.heard) == 1
    waiting.answer(NEWER)
    assert waiting.heard[1:] == [""]


def test_each_commit_has_its_whole_time(waiting: Waiting) -> None:
    waiting.begin()
    waiting.wait(PATIENCE_SECONDS)
    waiting.answer()

    waiting.begin(NEWER)
    waiting.wait(PATIENCE_SECONDS)

    assert waiting.heard == [""]


def test_nobody_hears_of_a_commit_that_is_forgotten(waiting: Waiting) -> None:
    waiting.begin()

    waiting.awaited.forget()
    waiting.answer()
    waiting.wait(PATIENCE_SECONDS + 0.1)

    assert waiting.heard == []


def test_the_client_is_waited_for_as_long_as_it_waits_itself() -> None:
    assert patience_seconds({}) == PATIENCE_SECONDS
    assert patience_seconds({"socket.timeout.ms": "10000"}) == 12.0
