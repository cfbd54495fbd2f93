"""Which librdkafka properties make a client that keeps the promise?"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from confluent_kafka import KafkaError, KafkaException

from access.sign_in import NoToken, SignInMisconfigured, sign_in
from consumer.core.errors import CannotStart, Unreachable
from consumer.settings import KafkaSettings

Properties = dict[str, Any]
"""As the client takes them: text, numbers, callbacks."""
Protocol = Literal["consumer", "classic"]

CLIENT_LOG = logging.getLogger("turnstream.kafka")
"""Where librdkafka's own lines go, which it would print to standard error; served by polls."""

PROBE_SECONDS = 10.0
CLASSIC_SESSION_TIMEOUT_MS = 45_000
MOST_REQUEST_MS = 300_000
"""The client takes no longer limit of one request."""
BATCH_BYTES = 512 * 1024
"""Of records that go out together: brokers hold batches, not records, against a topic's limit."""


class BrokersUnreachable(Unreachable):
    """No broker answered at start; the message says which were tried."""


class Complaints:
    """Remembers the last thing that a client complained about; served by its polls."""

    def __init__(self) -> None:
        self.last = ""

    def hear(self, error: KafkaError) -> None:
        """Take an error of the client, unless it says nothing but that no broker is left."""
        if error.code() != KafkaError._ALL_BROKERS_DOWN:
            self.last = error.str()


def unreachable(
    bootstrap_servers: str, error: KafkaException, complaint: str
) -> BrokersUnreachable:
    """Say what was tried, and what to look at."""
    return BrokersUnreachable(
        f"no broker of {bootstrap_servers} answered within {PROBE_SECONDS:.0f} s "
        f"({complaint or error.args[0].str()}); check TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS, that "
        "they run, and how we sign in"
    )


def client_properties(settings: KafkaSettings) -> Properties:
    """What every client needs; the user's own properties come first, so that ours win.

    Raises `CannotStart` where nobody can sign in as the settings say.
    """
    return {
        "log.connection.close": False,
        "socket.keepalive.enable": True,
        **settings.properties,
        **_signing_in(settings),
        "bootstrap.servers": settings.bootstrap_servers,
    }


def _signing_in(settings: KafkaSettings) -> Properties:
    try:
        return {**sign_in(settings.auth)}
    except SignInMisconfigured as error:
        raise CannotStart(str(error)) from error
    except NoToken as error:
        raise Unreachable(str(error)) from error


def consumer_properties(settings: KafkaSettings, protocol: Protocol) -> Properties:
    """Commit nothing by itself, skip no job, and in a rebalance give back only what must go."""
    properties: Properties = {
        "fetch.wait.max.ms": 100,
        "queued.max.messages.kbytes": 1024,  # pause() throws prefetched records away: keep few
        **client_properties(settings),
        "group.id": settings.group_id,
        "group.protocol": protocol,
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        # Positions are always explicit: the default would skip the jobs of a new partition.
        "auto.offset.reset": "error",
        "enable.partition.eof": True,
        "isolation.level": "read_committed",
        "max.poll.interval.ms": round(settings.max_poll_interval_seconds * 1000),
    }
    if protocol == "classic":
        properties["partition.assignment.strategy"] = "cooperative-sticky"
        session = min(CLASSIC_SESSION_TIMEOUT_MS, round(settings.max_poll_interval_seconds * 1000))
        properties.setdefault("session.timeout.ms", session)
    if settings.static_membership and settings.instance:
        properties["group.instance.id"] = settings.instance
    return properties


def producer_properties(settings: KafkaSettings) -> Properties:
    """Every record is acknowledged by all in-sync replicas, once, in order."""
    return {
        "linger.ms": 0,
        **client_properties(settings),
        "acks": "all",
        "batch.size": BATCH_BYTES,
        "enable.idempotence": True,
        "compression.type": settings.compression,
        "message.max.bytes": settings.message_max_bytes,
        "partitioner": "murmur2_random",  # as Java clients: equal keys meet whoever produced them
    }


def transactional_properties(settings: KafkaSettings, instance: str) -> Properties:
    """A producer whose transactions end by themselves soon after its process has died."""
    timeout = round(settings.transaction_timeout_seconds * 1000)
    request = int(settings.properties.get("socket.timeout.ms", timeout))
    return {
        "retry.backoff.ms": 5,  # the default makes every other transaction wait for 100 ms
        **producer_properties(settings),
        "transactional.id": f"{settings.transactional_id_prefix}-{settings.group_id}-{instance}",
        "transaction.timeout.ms": timeout,
        "message.timeout.ms": timeout,  # the client takes no more than the transaction's
        "socket.timeout.ms": min(timeout, request, MOST_REQUEST_MS),
        "metadata.recovery.strategy": "none",  # re-bootstrapping hangs transactions
    }


class PropertiesRefused(CannotStart):
    """The client library does not take these properties; the message says which and why."""


@contextmanager
def naming_refused_properties() -> Iterator[None]:
    """Turn a constructor's complaint into `PropertiesRefused`."""
    try:
        yield
    except (KafkaException, TypeError) as error:  # the latter: text where a callback belongs
        reason = error.args[0].str() if isinstance(error, KafkaException) else error
        raise PropertiesRefused(
            f"librdkafka refuses: {reason}; see TURNSTREAM_KAFKA__PROPERTIES"
        ) from error
