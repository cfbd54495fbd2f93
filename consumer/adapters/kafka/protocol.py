"""Which protocol do the members of a group speak with these brokers?"""

import logging

from confluent_kafka import KafkaException, Producer

from consumer.adapters.kafka.configuration import (
    PROBE_SECONDS,
    Protocol,
    client_properties,
    naming_refused_properties,
    unreachable,
)
from consumer.settings import KafkaSettings

log = logging.getLogger(__name__)


class _Features(logging.Handler):
    """Collects what the client logs about the features of a broker; there is no API for it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def group_protocol(settings: KafkaSettings) -> Protocol:
    """Choose KIP-848 where the brokers have it; raises `BrokersUnreachable`, `PropertiesRefused`.

    A client that asks for it elsewhere gets no error, only silence: it would look alive and read
    nothing.
    """
    features = _features(settings)
    if settings.group_protocol != "auto":
        return settings.group_protocol
    missing = any("ConsumerGroupHeartbeat" in line and "NOT supported" in line for line in features)
    protocol: Protocol = "classic" if missing else "consumer"
    log.info("group protocol chosen", extra={"protocol": protocol})
    return protocol


def _features(settings: KafkaSettings) -> list[str]:
    """Connect once and return what the client found out about the brokers' features."""
    features = _Features()
    logger = logging.getLogger("turnstream.probe")
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logger.addHandler(features)
    with naming_refused_properties():
        client = Producer({**client_properties(settings), "debug": "feature"}, logger=logger)
    try:
        client.list_topics(timeout=PROBE_SECONDS)
    except KafkaException as error:
        raise unreachable(settings.bootstrap_servers, error) from error
    client.poll(0)
    return features.lines
