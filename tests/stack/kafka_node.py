"""What one broker of a cluster needs: its settings, its storage, its command line."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.stack.ports import HOST, free_ports
from tests.stack.processes import ServerFailed

# A broker of a test lives for minutes: the code of the first compiler is good enough.
_JVM_OPTIONS = ("-Xms64m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_LOGGING = """\
status = warn
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d] %p %m (%c)%n
"""


@dataclass(frozen=True, slots=True)
class Node:
    """One broker that is its own controller: its number and its two ports."""

    number: int
    port: int
    controller_port: int

    @property
    def name(self) -> str:
        """The name of its process, log and directory."""
        return f"broker-{self.number}"

    @property
    def address(self) -> str:
        """Where clients reach it."""
        return f"{HOST}:{self.port}"

    @property
    def voter(self) -> str:
        """Its entry in the list of controllers."""
        return f"{self.number}@{HOST}:{self.controller_port}"


def new_nodes(count: int) -> list[Node]:
    """Brokers numbered from 1, on free ports."""
    ports = free_ports(2 * count)
    return [Node(i + 1, *ports[2 * i : 2 * i + 2]) for i in range(count)]


def properties(node: Node, nodes: Sequence[Node], home: Path) -> dict[str, str]:
    """The broker's settings: small, replicated as far as the cluster's size allows."""
    replicas, in_sync = str(len(nodes)), str(max(1, len(nodes) - 1))
    return {
        "process.roles": "broker,controller",
        "node.id": str(node.number),
        "controller.quorum.voters": ",".join(peer.voter for peer in nodes),
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://{node.address},CONTROLLER://{HOST}:{node.controller_port}",
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": str(home / "data"),
        "auto.create.topics.enable": "false",
        "default.replication.factor": replicas,
        "min.insync.replicas": in_sync,
        "offsets.topic.num.partitions": "4",
        "offsets.topic.replication.factor": replicas,
        "transaction.state.log.num.partitions": "4",
        "transaction.state.log.replication.factor": replicas,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.num.partitions": "2",
        "share.coordinator.state.topic.replication.factor": replicas,
        "share.coordinator.state.topic.min.isr": in_sync,
        "num.network.threads": "2",
        "num.io.threads": "2",
        # A group of a test is complete when its first member joins: nobody is worth waiting for.
        "group.initial.rebalance.delay.ms": "0",
        "group.coordinator.rebalance.protocols": "classic,consumer",
        "group.consumer.min.heartbeat.interval.ms": "500",
        "group.consumer.heartbeat.interval.ms": "1000",
        "group.consumer.min.session.timeout.ms": "3000",
        "group.consumer.session.timeout.ms": "6000",
    }


@dataclass(frozen=True, slots=True)
class Java:
    """The virtual machine that runs the brokers."""

    program: str
    jars: Path

    def format(self, home: Path, cluster_id: str, settings: Mapping[str, str]) -> None:
        """Lay out an empty broker in the directory; raises `ServerFailed`."""
        home.mkdir()
        lines = (f"{name}={value}\n" for name, value in settings.items())
        (home / "server.properties").write_text("".join(lines))
        (home / "log4j2.properties").write_text(_LOGGING)
        formatter = ["kafka.tools.StorageTool", "format", f"--cluster-id={cluster_id}", "--config"]
        said = subprocess.run(
            [*self._command(home), *formatter, home / "server.properties"],
            capture_output=True,
            text=True,
            check=False,
        )
        if said.returncode != 0:
            raise ServerFailed(f"{home.name} could not be formatted\n{said.stdout}{said.stderr}")

    def broker(self, home: Path) -> list[str | Path]:
        """The command that runs the broker of the directory."""
        return [*self._command(home), "kafka.Kafka", home / "server.properties"]

    def _command(self, home: Path) -> list[str | Path]:
        logging = f"-Dlog4j2.configurationFile={home / 'log4j2.properties'}"
        return [self.program, *_JVM_OPTIONS, logging, "-cp", f"{self.jars}/*"]
