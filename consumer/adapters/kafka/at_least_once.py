"""How do results and offsets go out when the brokers have no transactions?"""

import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from consumer.adapters.kafka.awaited_commit import Ended
from consumer.adapters.kafka.commits import Commits
from consumer.adapters.kafka.configuration import (
    CLIENT_LOG,
    Properties,
    naming_refused_properties,
)
from consumer.adapters.kafka.verdict import CONTENT
from consumer.core.model import Message as Outgoing
from consumer.core.model import Partition, Publication
from consumer.core.ports import Outcome

FLUSH_SLICE_SECONDS = 0.5
CLOSE_SECONDS = 5.0


@dataclass(slots=True, eq=False)
class _Sending:
    """One publication on its way; what the clients say late about an earlier one stays with it."""

    publication: Publication
    unsent: deque[Outgoing]
    unacknowledged: int = 0
    problem: str = ""
    refused: bool = False
    commit_begun: bool = False

    @property
    def is_acknowledged(self) -> bool:
        return not self.unsent and not self.unacknowledged

    def failed(self, message: Outgoing, error: KafkaError) -> None:
        self.problem = f"{message.topic}: {error.str()}"
        self.refused = self.refused or error.code() in CONTENT


class Committer(Protocol):
    """Commits as the member of the group that it is."""

    def commit(self, commits: Commits, ended: Ended) -> None: ...
    def commit_now(self, commits: Commits, timeout_seconds: float) -> str: ...


class AtLeastOncePublisher:
    """The `Publisher` port on an idempotent producer: messages first, then their offsets.

    A crash between the two repeats results and never loses one. Owns the producer and one
    publication at a time; only the main thread touches it, which is also where both clients serve
    their callbacks.
    """

    def __init__(
        self,
        properties: Properties,
        source: Committer,
        new_producer: Callable[..., Producer] = Producer,
    ) -> None:
        with naming_refused_properties():
            self._producer = new_producer(properties, logger=CLIENT_LOG)
        self._source = source
        self._sending: _Sending | None = None
        self._out: set[Outgoing] = set()
        """What is out of publications that failed: it does not go again."""
        self._outcome: Outcome | None = None

    def hand_over(self, publication: Publication) -> None:
        unsent = deque(m for m in publication.messages if m not in self._out)
        self._sending = _Sending(publication, unsent)
        self._send(self._sending)

    def outcome(self) -> Outcome | None:
        if sending := self._sending:
            self._send(sending)
            self._producer.poll(0)
            if sending.is_acknowledged and not sending.commit_begun:
                self._commit(sending)
        return self._take_outcome()

    def settle(self, timeout_seconds: float) -> Outcome | None:
        deadline = time.monotonic() + timeout_seconds
        if sending := self._sending:
            while not sending.is_acknowledged:
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    return None
                self._send(sending)
                self._producer.flush(min(remaining, FLUSH_SLICE_SECONDS))
            self._commit_now(sending, deadline - time.monotonic())
        return self._take_outcome()

    def withdraw(self, partitions: Collection[Partition]) -> None:
        if sending := self._sending:
            commits = sending.publication.commits
            kept = {p: commit for p, commit in commits.items() if p not in partitions}
            sending.publication = replace(sending.publication, commits=kept)

    def close(self) -> None:
        self._producer.flush(CLOSE_SECONDS)

    def _send(self, sending: _Sending) -> None:
        """Give the client what it takes; what its queue has no room for waits for the next call."""
        while sending.unsent:
            try:
                self._produce(sending, message := sending.unsent[0])
            except BufferError:
                return
            except KafkaException as error:  # this one will not do; its neighbours may
                sending.failed(message, error.args[0])
            else:
                sending.unacknowledged += 1
            sending.unsent.popleft()

    def _produce(self, sending: _Sending, message: Outgoing) -> None:
        self._producer.produce(
            message.topic,
            key=message.key,
            value=message.value,
            headers=list(message.headers),
            on_delivery=partial(self._delivered, sending, message),
        )

    def _delivered(
        self, sending: _Sending, message: Outgoing, error: KafkaError | None, _: Message
    ) -> None:
        sending.unacknowledged -= 1
        if error is None:
            self._out.add(message)
        else:
            sending.failed(message, error)

    def _commit(self, sending: _Sending) -> None:
        """Commit without waiting what the messages stand for; nothing after one that failed."""
        sending.commit_begun = True
        commits = sending.publication.commits
        if sending.problem or not commits:
            self._end(sending, sending.problem)
        else:
            self._source.commit(commits, partial(self._end, sending))

    def _commit_now(self, sending: _Sending, timeout_seconds: float) -> None:
        commits = sending.publication.commits
        if sending.problem or not commits:
            self._end(sending, sending.problem)
        else:
            self._end(sending, self._source.commit_now(commits, timeout_seconds))

    def _end(self, sending: _Sending, problem: str) -> None:
        if sending is not self._sending:
            return
        self._outcome = Outcome(
            sending.publication,
            published=not sending.problem,
            committed=not problem,
            problem=problem,
            refused=sending.refused,
        )
        self._sending = None
        if not sending.problem:
            self._out.clear()

    def _take_outcome(self) -> Outcome | None:
        outcome, self._outcome = self._outcome, None
        return outcome
