"""How do job records arrive, and how do partitions come and go?"""

import logging
from collections.abc import Collection, Sequence
from itertools import repeat
from typing import Any

from confluent_kafka import Consumer, KafkaError, Message

from consumer.adapters.kafka.assignments import Assignments, Reading
from consumer.adapters.kafka.awaited_commit import AwaitedCommit, Ended, patience_seconds
from consumer.adapters.kafka.commits import Commits, positions
from consumer.adapters.kafka.configuration import (
    CLIENT_LOG,
    Properties,
    naming_refused_properties,
)
from consumer.adapters.kafka.inquiries import Inquiries
from consumer.adapters.kafka.read_back import is_confirmed
from consumer.adapters.kafka.records import end_of_partition, partition_of, record
from consumer.core.assignment import MOST_RECORDS_PER_POLL
from consumer.core.model import Partition, Record
from consumer.core.ports import AssignmentListener, EndOfPartition

log = logging.getLogger(__name__)

_OUTSIDE_OF_THE_LOG = (KafkaError._AUTO_OFFSET_RESET, KafkaError._LOG_TRUNCATION)

GroupMetadata = Any
"""The client's own type, which it does not export: who we are in the group at one moment."""


class KafkaFailure(Exception):
    """The client cannot go on; the message says why. A fresh process can try again."""


class KafkaJobSource:
    """The `JobSource` port on a consumer group.

    Owns the consumer; only the main thread touches it.
    """

    def __init__(self, properties: Properties, topic: str) -> None:
        self.properties = properties
        """Of its client; another one that asks about the same group needs them, too."""
        self._topic = topic
        self._protocol = str(properties["group.protocol"])
        self._awaited = AwaitedCommit(patience_seconds(properties))
        callbacks = {"error_cb": _heard_of, "on_commit": self._awaited.answered}
        with naming_refused_properties():
            self._consumer = Consumer({**properties, **callbacks}, logger=CLIENT_LOG)
        self._assignments: Assignments | None = None

    def subscribe(self, listener: AssignmentListener) -> None:
        ours = Assignments(self._consumer, listener, Inquiries(self._consumer))
        self._assignments = ours
        self._consumer.subscribe(
            [self._topic], on_assign=ours.on_assign, on_revoke=ours.on_revoke, on_lost=ours.on_lost
        )

    def poll(self, timeout_seconds: float) -> Sequence[Record | EndOfPartition]:
        """Wait for the first event only; take what else has arrived. Rebalances happen in here."""
        self._ours.inquire()
        arrived: list[tuple[Reading, Record | EndOfPartition]] = []
        for seconds in (timeout_seconds, *repeat(0.0, MOST_RECORDS_PER_POLL - 1)):
            message = self._consumer.poll(seconds)
            if message is None:
                self._ours.settle()
                break
            if (event := self._event(message)) and (reading := self._ours.accept(event)):
                arrived.append((reading, event))
        self._awaited.lose_patience()
        return [event for reading, event in arrived if reading.live]

    def pause(self, partitions: Collection[Partition]) -> None:
        self._ours.pause(partitions)

    def resume(self, partitions: Collection[Partition]) -> None:
        self._ours.resume(partitions)

    def group_metadata(self) -> GroupMetadata:
        """Who we are in the group now; a transaction of an earlier generation is refused by it."""
        return self._consumer.consumer_group_metadata()

    def commit(self, commits: Commits, ended: Ended) -> None:
        """Commit without waiting; `ended` is told of it in a later poll, in any case."""
        self._awaited.begin(commits, ended)
        self._consumer.commit(offsets=positions(commits), asynchronous=True)

    def commit_now(self, commits: Commits, timeout_seconds: float) -> str:
        """Commit and learn of it where nobody polls; returns the problem, or an empty string.

        The client's own waiting commit has no limit (42 s in a group that rebalances), and what
        becomes of the other kind is told in a poll. So it is read back.
        """
        self._awaited.forget()
        self._consumer.commit(offsets=positions(commits), asynchronous=True)
        seen = is_confirmed(commits, self.properties, timeout_seconds)
        return "" if seen else "the commit was not seen to be made in time"

    def close(self) -> None:
        """Leave the group; revocation is served in here, and the group rebalances at once."""
        self._consumer.close()

    @property
    def _ours(self) -> Assignments:
        if self._assignments is None:
            raise LookupError("subscribe first")
        return self._assignments

    def _event(self, message: Message) -> Record | EndOfPartition | None:
        error = message.error()
        if error is None:
            return record(message)
        if error.code() == KafkaError._PARTITION_EOF:
            return end_of_partition(message)
        if error.code() in _OUTSIDE_OF_THE_LOG:
            self._ours.fell_out(partition_of(message))
        else:
            self._check(error)
        return None

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
