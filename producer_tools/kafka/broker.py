"""Open Kafka clients for the tools, and say in one sentence why that fails."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient

from producer_tools.exits import BrokerRefuses, BrokerUnreachable, ClientError, WrongUsage
from producer_tools.kafka.connection import KafkaConnection

REACH_SECONDS: Final = 5.0

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
        return Producer(
            self._configuration(
                {
                    "acks": "all",
                    "enable.idempotence": "true",
                    "partitioner": "murmur2_random",
                    "message.timeout.ms": "30000",
                }
            )
        )

    def consumer(self) -> Consumer:
        """Open a consumer that belongs to no group and sees what is committed."""
        return Consumer(
            self._configuration(
                {
                    # Required by the client, used by nobody: partitions are assigned by hand.
                    "group.id": "turnstream-tools",
                    "enable.auto.commit": "false",
                    "isolation.level": "read_committed",
                    "auto.offset.reset": "earliest",
                    "fetch.wait.max.ms": "100",
                }
            )
        )

    def admin(self) -> AdminClient:
        """Open a client for topics; made for one call, since long-lived ones get stuck."""
        # Its declared type knows plain values only, not the callback.
        configuration: dict[str, Any] = self._configuration({})
        return AdminClient(configuration)

    @contextmanager
    def translating(self) -> Iterator[None]:
        """Turn the client's exceptions into sentences of ours."""
        try:
            yield
        except KafkaException as error:
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
            **ours,
            "bootstrap.servers": self._connection.bootstrap_servers,
            "client.id": "turnstream",
            "error_cb": self._remember,
            # The client would print every attempt to connect; commands say one sentence instead.
            "log_level": 0,
        }

    def _remember(self, error: KafkaError) -> None:
        if error.code() != KafkaError._ALL_BROKERS_DOWN:
            self._complaint = _sentence(error)


def _sentence(error: KafkaError) -> str:
    """Drop which broker said it (ours is the only one named) and in which state of the client."""
    return _NOISE.sub("", error.str()).rstrip(".")
