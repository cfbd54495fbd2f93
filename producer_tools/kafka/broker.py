"""Open Kafka clients for the tools, and say in one sentence why that fails."""

import re
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Final

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient

from access.sign_in import ClientProperties, NoToken, SignInMisconfigured, sign_in
from producer_tools.exits import BrokerRefuses, BrokerUnreachable, ClientError, WrongUsage
from producer_tools.kafka.connection import KafkaConnection

REACH_SECONDS: Final = 5.0
TRANSACTION_SECONDS: Final = 10.0
"""How long brokers keep the transaction of a command that was killed, before readers pass it."""

_PRODUCER: Final = {
    "acks": "all",
    "enable.idempotence": "true",
    "partitioner": "murmur2_random",
}
_NOISE: Final = re.compile(r"^\S+/\w+: | \(after \d+ms in state .*")

SILENCE: Final = frozenset(
    {
        KafkaError._ALL_BROKERS_DOWN,
        KafkaError._MSG_TIMED_OUT,
        KafkaError._RESOLVE,
        KafkaError._TIMED_OUT,
        KafkaError._TRANSPORT,
    }
)
"""Errors that say nothing but that nobody answered; clients go on trying by themselves."""


class BrokerClients:
    """Makes the clients of one cluster; the last thing a client complained about is remembered."""

    def __init__(self, connection: KafkaConnection) -> None:
        self._connection = connection
        self._complaint = ""

    def producer(self) -> Producer:
        """Open an idempotent producer that places keys as Java clients do."""
        return Producer(self._configuration({**_PRODUCER, "message.timeout.ms": "30000"}))

    def transactional_producer(self, transactional_id: str) -> Producer:
        """Open a producer whose first call ends what a killed one of this id left open."""
        # The client takes no longer time-out of a message or a request than the transaction's.
        timeout_ms = str(round(TRANSACTION_SECONDS * 1000))
        return Producer(
            self._configuration(
                {
                    **_PRODUCER,
                    "transactional.id": transactional_id,
                    "transaction.timeout.ms": timeout_ms,
                    "message.timeout.ms": timeout_ms,
                    "socket.timeout.ms": timeout_ms,
                    "retry.backoff.ms": "5",
                    # The brokers know what fits into the topic; the client would guess a megabyte.
                    "message.max.bytes": "100000000",
                    # Re-bootstrapping hangs transactions.
                    "metadata.recovery.strategy": "none",
                }
            )
        )

    def consumer(self, properties: Mapping[str, str] = MappingProxyType({})) -> Consumer:
        """Open a consumer that joins no group and sees what is committed."""
        return Consumer(
            self._configuration(
                {
                    # Required by the client, used by nobody: partitions are assigned by hand.
                    "group.id": "turnstream-tools",
                    "enable.auto.commit": "false",
                    "isolation.level": "read_committed",
                    "auto.offset.reset": "earliest",
                    "fetch.wait.max.ms": "100",
                    **properties,
                }
            )
        )

    def admin(self) -> AdminClient:
        """Open a client for topics; made for one call, since long-lived ones get stuck."""
        # Its declared type knows plain values only, not the callback.
        configuration: dict[str, Any] = self._configuration({})
        return AdminClient(configuration)

    @contextmanager
    def translating(self, but: Container[int] = ()) -> Iterator[None]:
        """Turn the client's exceptions into sentences of ours, but for some codes."""
        try:
            yield
        except KafkaException as error:
            if error.args[0].code() in but:
                raise
            raise self.problem(error.args[0]) from error

    def problem(self, error: KafkaError) -> ClientError:
        """Say who was asked, and what went wrong."""
        where = self._connection.bootstrap_servers
        if error.code() == KafkaError._INVALID_ARG:
            return WrongUsage(f"TURNSTREAM_KAFKA__PROPERTIES: {error.str()}")
        if error.code() not in SILENCE:
            return BrokerRefuses(f"the Kafka broker at {where} refuses: {_sentence(error)}")
        return BrokerUnreachable(
            f"no Kafka broker answers at {where} ({self._complaint or _sentence(error)}); "
            "check --bootstrap or TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS"
        )

    def _configuration(self, ours: Mapping[str, str]) -> dict[str, object]:
        return {
            **self._connection.properties,
            **self._signing_in(),
            **ours,
            "bootstrap.servers": self._connection.bootstrap_servers,
            "client.id": "turnstream",
            "error_cb": self._remember,
            # The client would print every attempt to connect; commands say one sentence instead.
            "log_level": 0,
        }

    def _signing_in(self) -> ClientProperties:
        try:
            return sign_in(self._connection.auth)
        except SignInMisconfigured as error:
            raise WrongUsage(str(error)) from error
        except NoToken as error:
            raise BrokerUnreachable(str(error)) from error

    def _remember(self, error: KafkaError) -> None:
        if error.code() != KafkaError._ALL_BROKERS_DOWN:
            self._complaint = _sentence(error)


def _sentence(error: KafkaError) -> str:
    """Drop which broker said it (ours is the only one named) and in which state of the client."""
    return _NOISE.sub("", error.str()).rstrip(".")
