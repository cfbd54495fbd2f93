"""How do job records arrive, and how do partitions come and go?"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from operator import methodcaller
from typing import Any, cast

from confluent_kafka import (
    TIMESTAMP_NOT_AVAILABLE,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)

from consumer.adapters.kafka.commits import Commits, committed_at, positions
from consumer.adapters.kafka.configuration import (
    CLIENT_LOG,
    Properties,
    naming_refused_properties,
)
from consumer.core.model import Partition, Record
from consumer.core.ports import AssignmentListener
from schemas.headers import Headers

log = logging.getLogger(__name__)

MOST_RECORDS_PER_POLL = 16

_READ_HEADERS = methodcaller("headers")
"""A plain call in a warm loop does not notice an error that the client leaves behind with a result:
it would come up in some later call."""

READ_BACK_SECONDS = 0.5
READ_BACK_PAUSE_SECONDS = 0.02

CommitEnded = Callable[[str], None]
GroupMetadata = Any
"""The client's own type, which it does not export: who we are in the group at one moment."""


class KafkaFailure(Exception):
    """The client cannot go on; the message says why. A fresh process can try again."""


class KafkaJobSource:
    """The `JobSource` port on a consumer group.

    Owns the consumer; only the main thread touches it.
    """

    def __init__(self, properties: Properties, topic: str) -> None:
        self._topic = topic
        self._protocol = str(properties["group.protocol"])
        callbacks = {"error_cb": _heard_of, "on_commit": self._commit_ended}
        with naming_refused_properties():
            self._consumer = Consumer({**properties, **callbacks}, logger=CLIENT_LOG)
        self._committing: tuple[Commits, CommitEnded] | None = None
        self._assigned: set[int] = set()

    def subscribe(self, listener: AssignmentListener) -> None:
        def assigned(_: Consumer, partitions: list[TopicPartition]) -> None:
            self._consumer.incremental_assign(partitions)
            self._assigned.update(partition.partition for partition in partitions)
            listener.on_assigned(_named(partitions))

        def revoked(_: Consumer, partitions: list[TopicPartition]) -> None:
            listener.on_revoked(_named(partitions))
            self._release(partitions)

        def lost(_: Consumer, partitions: list[TopicPartition]) -> None:
            listener.on_lost(_named(partitions))
            self._release(partitions)

        self._consumer.subscribe([self._topic], on_assign=assigned, on_revoke=revoked, on_lost=lost)

    def poll(self, timeout_seconds: float) -> Sequence[Record]:
        """Wait for the first record only; take what else has arrived. Rebalances happen in here."""
        records: list[Record] = []
        message = self._consumer.poll(timeout_seconds)
        while message is not None:
            if error := message.error():
                self._check(error)
            else:
                records.append(_record(message))
            message = self._consumer.poll(0) if len(records) < MOST_RECORDS_PER_POLL else None
        return records

    def pause(self) -> None:
        if self._assigned:
            self._consumer.pause(self._partitions())

    def resume(self) -> None:
        if self._assigned:
            self._consumer.resume(self._partitions())

    def group_metadata(self) -> GroupMetadata:
        """Who we are in the group now; a transaction of an earlier generation is refused by it."""
        return self._consumer.consumer_group_metadata()

    def commit(self, commits: Commits, ended: CommitEnded) -> None:
        """Commit without waiting.

        `ended` is told of it in a later poll, with a problem or an empty string.
        """
        self._committing = (commits, ended)
        self._consumer.commit(offsets=positions(commits), asynchronous=True)

    def commit_now(self, commits: Commits, timeout_seconds: float) -> str:
        """Commit and learn of it where nobody polls; returns the problem, or an empty string.

        The client's own waiting commit has no limit (42 s in a group that rebalances), and what
        becomes of the other kind is told in a poll. Reading is bounded, and brokers answer it
        after the commit that went before it.
        """
        self._committing = None
        self._consumer.commit(offsets=positions(commits), asynchronous=True)
        deadline = time.monotonic() + timeout_seconds
        while (remaining := deadline - time.monotonic()) > 0:
            if self._read_back(commits, min(remaining, READ_BACK_SECONDS)) == commits:
                return ""
            time.sleep(READ_BACK_PAUSE_SECONDS)
        return "the commit was not confirmed in time"

    def close(self) -> None:
        """Leave the group; revocation is served in here, and the group rebalances at once."""
        self._consumer.close()

    def _partitions(self) -> list[TopicPartition]:
        return [TopicPartition(self._topic, number) for number in sorted(self._assigned)]

    def _release(self, partitions: Iterable[TopicPartition]) -> None:
        partitions = list(partitions)
        self._consumer.incremental_unassign(partitions)
        self._assigned.difference_update(partition.partition for partition in partitions)

    def _read_back(self, commits: Commits, timeout_seconds: float) -> Commits | None:
        try:
            return committed_at(self._consumer.committed(positions(commits), timeout_seconds))
        except KafkaException:
            return None

    def _commit_ended(self, error: KafkaError | None, partitions: list[TopicPartition]) -> None:
        if self._committing is None or self._committing[0] != committed_at(partitions):
            return  # an earlier one, overtaken by `commit_now`
        _, ended = self._committing
        self._committing = None
        ended(_problem(error, partitions))

    def _check(self, error: KafkaError) -> None:
        """Let the client heal what it can; name what it cannot."""
        if error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            log.warning("jobs topic does not exist yet", extra={"topic": self._topic})
        elif error.fatal() or error.code() == KafkaError._FATAL:
            hint = (
                "; try TURNSTREAM_KAFKA__GROUP_PROTOCOL=classic"
                if self._protocol == "consumer"
                else ""
            )
            raise KafkaFailure(f"{error.name()}: {error.str()}{hint}")
        else:
            log.warning("kafka error", extra={"error": error.name(), "reason": error.str()})


def _heard_of(error: KafkaError) -> None:
    """Drop what the client heals by itself: its log tells, and without this `poll` would again."""


def _named(partitions: Iterable[TopicPartition]) -> list[Partition]:
    return [Partition(partition.topic, partition.partition) for partition in partitions]


def _problem(error: KafkaError | None, partitions: Iterable[TopicPartition]) -> str:
    """Find the first thing wrong with a commit; an empty string when nothing is."""
    problems = [error, *(partition.error for partition in partitions)]
    return next((str(problem.str()) for problem in problems if problem), "")


def _record(message: Message) -> Record:
    kind, milliseconds = message.timestamp()
    # The client's types allow for messages that were never delivered; these were.
    topic, number, offset = message.topic(), message.partition(), message.offset()
    return Record(
        partition=Partition(str(topic), int(number or 0)),
        offset=int(offset or 0),
        timestamp_ms=0 if kind == TIMESTAMP_NOT_AVAILABLE else milliseconds,
        key=message.key(),
        value=message.value(),
        headers=_headers(message),
    )


def _headers(message: Message) -> Headers:
    """Return the headers; none when a name is not UTF-8: the client fails to hand any of them out.

    Brokers take such names, so a job that carries one must not end the worker that reads it.
    """
    try:
        headers = _READ_HEADERS(message) or []
    except (SystemError, UnicodeDecodeError):
        position = {"partition": message.partition(), "offset": message.offset()}
        log.warning("headers cannot be read: a name is not UTF-8", extra=position)
        return ()
    return tuple(cast("list[tuple[str, bytes | None]]", headers))
