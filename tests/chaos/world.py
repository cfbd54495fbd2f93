"""What is there to be disturbed: one cluster of brokers, and sites with workers, links and jobs?"""

from collections.abc import Sequence
from dataclasses import dataclass

from confluent_kafka.admin import AdminClient

from tests.chaos.proxy import Link
from tests.chaos.service import Service
from tests.chaos.submitter import Submitter
from tests.scripted.fleet import Fleet
from tests.stack.kafka import KafkaCluster
from tests.stack.processes import ServerProcess

_METADATA_SECONDS = 2.0
GROUPS, TRANSACTIONS = "__consumer_offsets", "__transaction_state"


@dataclass(frozen=True, slots=True)
class Site:
    """One service with everything around it."""

    service: Service
    fleet: Fleet
    link: Link
    submitter: Submitter


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a fault may touch."""

    cluster: KafkaCluster
    sites: Sequence[Site]

    def coordinator(self, topic: str, name: str) -> ServerProcess | None:
        """The broker that leads the group or the transactional id; None while nobody knows."""
        client = AdminClient({"bootstrap.servers": self.cluster.bootstrap, "log_level": 0})
        metadata = client.list_topics(topic, timeout=_METADATA_SECONDS).topics[topic]
        if not metadata.partitions:
            return None
        leader = metadata.partitions[java_hash(name) % len(metadata.partitions)].leader
        return self.cluster.brokers[leader - 1] if leader > 0 else None


def java_hash(text: str) -> int:
    """How a broker finds the coordinator's partition: `String.hashCode`, its sign dropped."""
    value = 0
    for character in text:
        value = (31 * value + ord(character)) & 0xFFFFFFFF
    return value & 0x7FFFFFFF
