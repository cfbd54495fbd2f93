"""Send jobs and note how far the letters were read, in one transaction: both or neither."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

from producer_tools.exits import BrokerRefuses, ClientError
from producer_tools.kafka.broker import REACH_SECONDS, TRANSACTION_SECONDS, BrokerClients
from producer_tools.kafka.messages import Outgoing

_INIT_SECONDS: Final = 30.0
# Longer than the transaction can live: then it is decided, though perhaps not known here.
_COMMIT_SECONDS: Final = 2 * TRANSACTION_SECONDS


class TransactionalSender:
    """Sends on behalf of a group that has no members.

    Whoever opens a sender of the same id ends this one, and what it left unfinished.
    """

    def __init__(self, clients: BrokerClients, transactional_id: str, group: Consumer) -> None:
        self._clients = clients
        self._group = group
        with self._translating():
            self._producer: Producer = clients.transactional_producer(transactional_id)
            self._producer.init_transactions(_INIT_SECONDS)

    def send(
        self, topic: str, jobs: Sequence[Outgoing], positions: Sequence[TopicPartition]
    ) -> None:
        """Send all of it or nothing; raises `ClientError`, after which only a new sender knows."""
        with self._translating(), self._transaction():
            for job in jobs:
                self._producer.produce(
                    topic, key=job.key, value=job.value, headers=list(job.headers)
                )
            self._producer.send_offsets_to_transaction(
                list(positions), self._group.consumer_group_metadata(), TRANSACTION_SECONDS
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._producer.begin_transaction()
        try:
            yield
            self._producer.commit_transaction(_COMMIT_SECONDS)
        except BaseException:
            # Left open, it would keep every reader of the topic waiting for its time-out.
            with suppress(KafkaException):
                self._producer.abort_transaction(REACH_SECONDS)
            raise

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except KafkaException as exception:
            raise self._problem(exception.args[0]) from exception

    def _problem(self, error: KafkaError) -> ClientError:
        if error.code() == KafkaError._FENCED:
            return BrokerRefuses(
                "the same command was started once more, or this one stood still for too long; "
                "run it again when no other runs: nothing is sent twice"
            )
        return self._clients.problem(error)
