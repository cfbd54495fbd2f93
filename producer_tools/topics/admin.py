"""Create and describe topics on a cluster."""

from collections.abc import Mapping
from typing import Final

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import ConfigResource
from confluent_kafka.admin._resource import ResourceType
from confluent_kafka.cimpl import NewTopic

from producer_tools.kafka.broker import REACH_SECONDS, BrokerClients
from producer_tools.kafka.connection import KafkaConnection
from producer_tools.topics.plan import ExistingTopic, TopicSizes, plans

_REQUEST_SECONDS: Final = 10.0
# The client keeps its own time limit first, and says more about it.
_FUTURE_SECONDS: Final = 15.0


def create_topics(connection: KafkaConnection, sizes: TopicSizes) -> None:
    """Create what is missing; a topic that exists is left as it is. Raises `ClientError`."""
    clients = BrokerClients(connection)
    with clients.translating():
        admin = _reachable_admin(clients)
        wanted = [
            NewTopic(
                plan.name, plan.partitions, plan.replication_factor, config=dict(plan.settings)
            )
            for plan in plans(connection, sizes)
        ]
        for created in admin.create_topics(wanted, request_timeout=_REQUEST_SECONDS).values():
            try:
                created.result(_FUTURE_SECONDS)
            except KafkaException as error:
                if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                    raise


def describe_topics(connection: KafkaConnection) -> Mapping[str, ExistingTopic]:
    """Describe those of our topics that exist; raises `ClientError`."""
    clients = BrokerClients(connection)
    with clients.translating():
        admin = _reachable_admin(clients)
        names = {connection.jobs_topic, connection.results_topic, connection.dead_letters_topic}
        partitions = {
            name: len(topic.partitions)
            for name, topic in admin.list_topics(timeout=REACH_SECONDS).topics.items()
            if name in names
        }
        settings = _settings(admin, list(partitions))
    return {name: ExistingTopic(partitions[name], settings[name]) for name in partitions}


def _reachable_admin(clients: BrokerClients) -> AdminClient:
    admin = clients.admin()
    try:
        admin.list_topics(timeout=REACH_SECONDS)
    finally:
        # Serves the callback that remembers why no broker could be reached.
        admin.poll(0)
    return admin


def _settings(admin: AdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    resources = [ConfigResource(ResourceType.TOPIC, name) for name in names]
    described = admin.describe_configs(resources, request_timeout=_REQUEST_SECONDS) if names else {}
    return {
        resource.name: {name: entry.value for name, entry in future.result(_FUTURE_SECONDS).items()}
        for resource, future in described.items()
    }
