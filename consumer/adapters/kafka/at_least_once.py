"""How do results and offsets go out when the brokers have no transactions?"""

import time
from collections import deque
from collections.abc import Collection
from dataclasses import replace
from functools import partial

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from consumer.adapters.kafka.configuration import (
    CLIENT_LOG,
    Properties,
    naming_refused_properties,
)
from consumer.adapters.kafka.source import KafkaJobSource
from consumer.adapters.kafka.verdict import CONTENT
from consumer.core.model import Message as Outgoing
from consumer.core.model import Partition, Publication
from consumer.core.ports import Outcome

FLUSH_SLICE_SECONDS = 0.5
CLOSE_SECONDS = 5.0


class AtLeastOncePublisher:
    """The `Publisher` port on an idempotent producer: messages first, then their offsets.

    A crash between the two repeats results and never loses one. Owns the producer and one
    publication at a time; only the main thread touches it, which is also where both clients serve
    their callbacks.
    """

    def __init__(self, properties: Properties, source: KafkaJobSource) -> None:
        with naming_refused_properties():
            self._producer = Producer(properties, logger=CLIENT_LOG)
        self._source = source
        self._publication: Publication | None = None
        self._unsent: deque[Outgoing] = deque()
        self._unacknowledged = 0
        self._out: set[Outgoing] = set()
        """What is out of publications that failed: it does not go again."""
        self._problem = ""
        self._refused = False
        self._commit_begun = False
        self._outcome: Outcome | None = None

    def hand_over(self, publication: Publication) -> None:
        self._publication = publication
        self._unsent.extend(m for m in publication.messages if m not in self._out)
        self._problem, self._refused, self._commit_begun = "", False, False
        self._send()

    def outcome(self) -> Outcome | None:
        if self._publication is None:
            return self._take_outcome()
        self._send()
        self._producer.poll(0)
        if self._is_acknowledged and not self._commit_begun:
            self._commit(self._publication)
        return self._take_outcome()

    def settle(self, timeout_seconds: float) -> Outcome | None:
        deadline = time.monotonic() + timeout_seconds
        while self._publication and not self._is_acknowledged:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return None
            self._send()
            self._producer.flush(min(remaining, FLUSH_SLICE_SECONDS))
        if publication := self._publication:
            self._commit_now(publication, deadline - time.monotonic())
        return self._take_outcome()

    def withdraw(self, partitions: Collection[Partition]) -> None:
        if publication := self._publication:
            kept = {p: commit for p, commit in publication.commits.items() if p not in partitions}
            self._publication = replace(publication, commits=kept)

    def close(self) -> None:
        self._producer.flush(CLOSE_SECONDS)

    @property
    def _is_acknowledged(self) -> bool:
        return not self._unsent and not self._unacknowledged

    def _send(self) -> None:
        """Give the client what it takes; what its queue has no room for waits for the next call."""
        while self._unsent:
            try:
                self._produce(message := self._unsent[0])
            except BufferError:
                return
            except KafkaException as error:  # this one will not do; its neighbours may
                self._failed(message, error.args[0])
            else:
                self._unacknowledged += 1
            self._unsent.popleft()

    def _produce(self, message: Outgoing) -> None:
        self._producer.produce(
            message.topic,
            key=message.key,
            value=message.value,
            headers=list(message.headers),
            on_delivery=partial(self._delivered, message),
        )

    def _delivered(self, message: Outgoing, error: KafkaError | None, _: Message) -> None:
        self._unacknowledged -= 1
        if error is None:
            self._out.add(message)
        else:
            self._failed(message, error)

    def _failed(self, message: Outgoing, error: KafkaError) -> None:
        self._problem = f"{message.topic}: {error.str()}"
        self._refused = self._refused or error.code() in CONTENT

    def _commit(self, publication: Publication) -> None:
        """Commit without waiting what the messages stand for; nothing after one that failed."""
        self._commit_begun = True
        if self._problem or not publication.commits:
            self._end(publication, self._problem)
        else:
            self._source.commit(publication.commits, partial(self._end, publication))

    def _commit_now(self, publication: Publication, timeout_seconds: float) -> None:
        if self._problem or not publication.commits:
            self._end(publication, self._problem)
        else:
            self._end(publication, self._source.commit_now(publication.commits, timeout_seconds))

    def _end(self, publication: Publication, problem: str) -> None:
        self._outcome = Outcome(
            publication,
            published=not self._problem,
            committed=not problem,
            problem=problem,
            refused=self._refused,
        )
        self._publication = None
        if not self._problem:
            self._out.clear()

    def _take_outcome(self) -> Outcome | None:
        outcome, self._outcome = self._outcome, None
        return outcome
