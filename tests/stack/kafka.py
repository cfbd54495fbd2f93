"""How a real Kafka cluster of one or three brokers is started."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.stack import builds, prerequisites
from tests.stack.kafka_node import Java, Node, new_nodes, properties
from tests.stack.processes import ServerProcess
from tests.stack.workspace import workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from confluent_kafka.admin import AdminClient

_ADMIN_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class KafkaCluster:
    """A running cluster; its brokers can be stopped, killed, paused and started one by one."""

    bootstrap: str
    brokers: Sequence[ServerProcess] = field(repr=False)

    def new_topic(
        self, prefix: str, partitions: int = 1, settings: Mapping[str, str] | None = None
    ) -> str:
        """Name of a new, empty topic that every broker has a replica of."""
        name = f"{prefix}-{secrets.token_hex(4)}"
        self.create_topic(name, partitions, settings)
        return name

    def create_topic(
        self, name: str, partitions: int = 1, settings: Mapping[str, str] | None = None
    ) -> None:
        """Create a topic that every broker has a replica of; raises the client's error."""
        from confluent_kafka.cimpl import NewTopic

        topic = NewTopic(name, partitions, len(self.brokers), config=dict(settings or {}))
        admin = self._admin()
        admin.create_topics([topic])[name].result(_ADMIN_SECONDS)

    def is_complete(self) -> bool:
        """Whether every broker has joined the cluster."""
        from confluent_kafka import KafkaException

        try:
            return len(self._admin().list_topics(timeout=1.0).brokers) == len(self.brokers)
        except KafkaException:
            return False

    def wait_until_complete(self) -> None:
        """Return when every broker has joined; raises `ServerFailed` with a log when one ended."""
        for broker in self.brokers:
            broker.wait_until(self.is_complete)

    def _admin(self) -> AdminClient:
        """A new client, since one that lived through an outage may answer no more."""
        from confluent_kafka.admin import AdminClient

        # Brokers come and go here: refused connections are no news worth printing.
        return AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0})


@contextmanager
def running(
    brokers: int = 1, settings: Mapping[str, str] | None = None, listeners: Sequence[str] = ()
) -> Iterator[KafkaCluster]:
    """An empty cluster; `settings` go over the brokers' own; raises `UnavailableError`.

    `listeners` of a single broker come beside the plain one, whose clients are nobody's.
    """
    java = Java(prerequisites.java(), builds.kafka_jars())
    with workspace("kafka") as directory, ExitStack() as stop_all:
        nodes = new_nodes(brokers)
        processes = _formatted(java, nodes, directory, settings or {}, listeners)
        for process in processes:
            process.start()
            # Its data goes with it, and the last brokers of a quorum stop slowly when asked.
            stop_all.callback(process.kill)
        cluster = KafkaCluster(",".join(node.address for node in nodes), processes)
        cluster.wait_until_complete()
        yield cluster


def _formatted(
    java: Java,
    nodes: Sequence[Node],
    directory: Path,
    settings: Mapping[str, str],
    listeners: Sequence[str],
) -> list[ServerProcess]:
    """One process per node, not yet started, on storage that knows one cluster."""
    cluster_id = urlsafe_b64encode(uuid4().bytes)[:22].decode()
    processes = []
    for node in nodes:
        home = directory / node.name
        own = properties(node, nodes, home)
        own["listeners"] = ",".join([own["listeners"], *listeners])
        java.format(home, cluster_id, {**own, **settings})
        processes.append(ServerProcess(node.name, java.broker(home), directory))
    return processes
