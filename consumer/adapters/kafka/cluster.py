"""What do the brokers say about themselves and about our topics, as far as we may ask?"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import ConfigEntry, ConfigResource
from confluent_kafka.admin._resource import ResourceType

from consumer.adapters.kafka.configuration import (
    PROBE_SECONDS,
    Complaints,
    client_properties,
    naming_refused_properties,
    unreachable,
)
from consumer.adapters.kafka.features import DEBUG, FeatureLog
from consumer.settings import KafkaSettings

if TYPE_CHECKING:
    from concurrent.futures import Future

log = logging.getLogger(__name__)

REQUEST_SECONDS = 5.0
FUTURE_SECONDS = REQUEST_SECONDS + 1.0
"""The client keeps its own limit first, and says more about it."""
SIMULATED = "mockCluster"
"""How the name of a cluster begins that librdkafka simulates inside a process."""


Entries = dict[str, ConfigEntry]


@dataclass(frozen=True, slots=True)
class Topic:
    """How a topic keeps its records."""

    cleanup_policy: str
    max_message_bytes: int

    @property
    def is_compacted(self) -> bool:
        return "compact" in self.cleanup_policy


@dataclass(frozen=True, slots=True)
class Cluster:
    """What could be found out; what could not is missing here, and a warning in the log."""

    name: str
    topics: Mapping[str, Topic]
    metadata_max_bytes: int | None = None
    """What one commit may carry."""
    session_min_ms: int | None = None
    """The shortest session of a classic group's member."""
    has_consumer_protocol: bool = True
    """Whether groups may speak KIP-848."""

    @property
    def is_simulated(self) -> bool:
        return self.name.startswith(SIMULATED)


def describe_cluster(settings: KafkaSettings) -> Cluster:
    """Ask once, with a client of its own; raises `BrokersUnreachable`, `PropertiesRefused`."""
    features, complaints = FeatureLog(), Complaints()
    properties = {**client_properties(settings), **DEBUG, "error_cb": complaints.hear}
    with naming_refused_properties():
        admin = AdminClient(properties, logger=features.logger)
    try:
        found = admin.list_topics(timeout=PROBE_SECONDS)
    except KafkaException as error:
        admin.poll(0)
        raise unreachable(settings.bootstrap_servers, error, complaints.last) from error
    admin.poll(0)
    known = Cluster(
        str(found.cluster_id),
        {},
        has_consumer_protocol=not features.lacks("ConsumerGroupHeartbeat"),
    )
    if known.is_simulated:
        return known  # it does not know what is asked next
    return _described(known, admin, str(min(found.brokers)), settings)


def _described(known: Cluster, admin: AdminClient, broker: str, settings: KafkaSettings) -> Cluster:
    ours = (settings.jobs_topic, settings.results_topic, settings.dead_letters_topic)
    topics = [ConfigResource(ResourceType.TOPIC, topic) for topic in dict.fromkeys(ours)]
    any_broker = ConfigResource(ResourceType.BROKER, broker)
    asked = admin.describe_configs([*topics, any_broker], request_timeout=REQUEST_SECONDS)
    entries = _answer(asked[any_broker], "brokers") or {}
    return replace(
        known,
        topics=dict(_topics(asked, topics)),
        metadata_max_bytes=_number(entries, "offset.metadata.max.bytes"),
        session_min_ms=_number(entries, "group.min.session.timeout.ms"),
    )


def _topics(
    asked: Mapping[ConfigResource, "Future[Entries]"], resources: list[ConfigResource]
) -> Iterator[tuple[str, Topic]]:
    for resource in resources:
        entries = _answer(asked[resource], resource.name) or {}
        policy, limit = entries.get("cleanup.policy"), _number(entries, "max.message.bytes")
        if policy and limit is not None:
            yield resource.name, Topic(str(policy.value), limit)


def _number(entries: Entries, name: str) -> int | None:
    entry = entries.get(name)
    return int(str(entry.value)) if entry and entry.value else None


def _answer(future: "Future[Entries]", whose: str) -> Entries | None:
    """Return the settings; None, and a warning, when they cannot be had."""
    try:
        return future.result(FUTURE_SECONDS)
    except TimeoutError:
        reason = "no answer in time"
    except KafkaException as error:
        if error.args[0].code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            log.warning("topic does not exist yet", extra={"topic": whose})
            return None
        reason = str(error.args[0].str())
    fields = {"settings_of": whose, "reason": reason}
    log.warning("settings cannot be read and are not checked", extra=fields)
    return None
