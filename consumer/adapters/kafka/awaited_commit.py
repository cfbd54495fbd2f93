"""How did the commit end that was begun last?"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from confluent_kafka import KafkaError, TopicPartition

from consumer.adapters.kafka.commits import Commits, committed_at
from consumer.adapters.kafka.configuration import Properties

Ended = Callable[[str], None]
"""Told of a problem, or an empty string."""

CLIENTS_DEFAULT_MS = 60_000
"""How long the client waits for the answer to a request when no property says so."""
LATENESS_SECONDS = 2.0
"""The client looks once a second for requests that took too long, and a poll must tell of it."""


def patience_seconds(properties: Properties) -> float:
    """How long the client itself may wait for a commit's answer.

    Not less: until then it may still send the request, and an old commit that is made after a newer
    one puts the group back. After it no answer is to be expected: the client sometimes loses it
    with the connection.
    """
    timeout = float(properties.get("socket.timeout.ms", CLIENTS_DEFAULT_MS))
    return timeout / 1000 + LATENESS_SECONDS


@dataclass(frozen=True, slots=True)
class _Begun:
    """A commit on its way, since when, and who wants to know."""

    commits: Commits
    ended: Ended
    at: float


class AwaitedCommit:
    """Tells once how a commit ended, also when the client never does."""

    def __init__(
        self, patience_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._patience_seconds = patience_seconds
        self._clock = clock
        self._begun: _Begun | None = None

    def begin(self, commits: Commits, ended: Ended) -> None:
        """Wait for this one; nobody waits for an earlier one any more."""
        self._begun = _Begun(commits, ended, self._clock())

    def forget(self) -> None:
        """Whatever is answered from now on, nobody waits for it."""
        self._begun = None

    def answered(self, error: KafkaError | None, places: list[TopicPartition]) -> None:
        """Tell what the client says; unless that is about an earlier one, which came too late."""
        if self._begun and self._begun.commits == committed_at(places):
            self._end(self._begun, _problem(error, places))

    def lose_patience(self) -> None:
        """Take a commit for not made whose answer is overdue: made again it does no harm."""
        if self._begun and self._clock() - self._begun.at > self._patience_seconds:
            problem = f"the commit was not answered within {self._patience_seconds:.0f} s"
            self._end(self._begun, problem)

    def _end(self, begun: _Begun, problem: str) -> None:
        self._begun = None
        begun.ended(problem)


def _problem(error: KafkaError | None, places: Iterable[TopicPartition]) -> str:
    """Find the first thing wrong with a commit; an empty string when nothing is."""
    problems = [error, *(place.error for place in places)]
    return next((str(problem.str()) for problem in problems if problem), "")
