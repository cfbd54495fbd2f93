"""Read dead letters from where the last redrive of their code ended."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from confluent_kafka import Consumer, TopicPartition

from producer_tools.exits import BrokerRefuses, ClientError
from producer_tools.kafka.broker import REACH_SECONDS, BrokerClients
from producer_tools.kafka.commits import committed
from producer_tools.kafka.connection import KafkaConnection
from producer_tools.kafka.messages import Incoming
from producer_tools.kafka.reading import check_topics, opened
from producer_tools.kafka.scanning import TopicScan, scanning

_SIMULATED: Final = "mockCluster"


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """The letters that are there now, and the group that keeps how far they were read."""

    clients: BrokerClients
    group: Consumer
    """Knows the group's commits; it never joins."""
    scan: TopicScan

    def unread(self) -> Iterator[Incoming]:
        """Yield them in order; none that is written meanwhile, since a job may fail once more."""
        ends = {partition: log.stop for partition, log in self.scan.log.items()}
        self.scan.begin({partition: self._begin(partition) for partition in self.scan.log})
        for letter in self.scan.until(ends):
            if letter.position.offset < ends[letter.position.partition]:
                yield letter

    def positions_behind(self, letters: Sequence[Incoming]) -> list[TopicPartition]:
        """Say where to read on when these, which were yielded in this order, are done."""
        last = {letter.position.partition: letter.position.offset for letter in letters}
        return [
            TopicPartition(self.scan.topic, partition, offset + 1)
            for partition, offset in last.items()
        ]

    def _begin(self, partition: int) -> int:
        offset = committed(self.clients, self.group, self.scan.topic, partition).offset
        if offset > self.scan.log[partition].stop:
            raise ClientError(
                f"{self.scan.topic}/{partition}: letters were redriven up to offset {offset}, and "
                f"it ends at {self.scan.log[partition].stop}: it was created anew; delete the "
                "consumer group of this redrive"
            )
        return offset


@contextmanager
def dead_letters(connection: KafkaConnection, group: str) -> Iterator[DeadLetters]:
    """Open the letters for as long as the context lasts; raises `ClientError`."""
    clients = BrokerClients(connection)
    check_topics(clients, [connection.jobs_topic, connection.dead_letters_topic])
    with (
        opened(clients, {"group.id": group}) as consumer,
        scanning(clients, connection.dead_letters_topic) as scan,
    ):
        _check_transactions(clients, consumer)
        yield DeadLetters(clients, consumer, scan)


def _check_transactions(clients: BrokerClients, client: Consumer) -> None:
    """Refuse what would promise and not keep: a simulated broker's transactions are hollow."""
    with clients.translating():
        cluster_id = client.list_topics(timeout=REACH_SECONDS).cluster_id or ""
    if cluster_id.startswith(_SIMULATED):
        raise BrokerRefuses(
            "this is a simulated broker without transactions: a redrive that is interrupted would "
            "send jobs twice; submit them again instead"
        )
