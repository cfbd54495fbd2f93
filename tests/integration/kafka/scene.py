"""How is a transaction seen from all sides, and disturbed at a chosen moment?"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from confluent_kafka import Producer

from consumer.adapters.kafka.configuration import transactional_properties
from consumer.adapters.kafka.transactional_publisher import TransactionalPublisher
from consumer.core.model import Commit, Message, Partition, Publication
from tests.contract.job_source.kafka_world import KafkaWorld, at_least_once, kafka_world
from tests.contract.job_source.world import Member, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from consumer.adapters.kafka.configuration import Properties, Protocol
    from consumer.adapters.kafka.transactional_publisher import GroupMember
    from consumer.core.ports import Outcome
    from tests.stack.kafka import KafkaCluster
    from tests.stack.processes import ServerProcess

INSTANCE = "worker-0"

Disturbances = dict[str, "Callable[[], object]"]
"""What happens just before a call of the client, or at the end of a commit, each once."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Of the producers."""

    transaction_ms: int = 10_000
    request_ms: int | None = None
    """None: as long as the transaction may take."""

    @property
    def properties(self) -> Properties:
        # The client takes no socket.timeout.ms over five minutes.
        return {
            "transaction.timeout.ms": self.transaction_ms,
            "message.timeout.ms": self.transaction_ms,
            "socket.timeout.ms": self.request_ms or min(self.transaction_ms, 300_000),
        }


class Disturbed(Producer):
    """The client, but for what happens before its calls."""

    def __init__(self, disturbances: Disturbances, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._disturbances = disturbances

    def begin_transaction(self) -> None:
        self._disturb("begin")
        super().begin_transaction()

    def send_offsets_to_transaction(self, *arguments: Any) -> None:
        self._disturb("send offsets")
        super().send_offsets_to_transaction(*arguments)

    def commit_transaction(self, *arguments: Any) -> None:
        self._disturb("commit")
        super().commit_transaction(*arguments)
        self._disturb("end")

    def _disturb(self, call: str) -> None:
        self._disturbances.pop(call, lambda: None)()


@dataclass(slots=True)
class Scene:
    """A group, and publishers with one transactional id that speak of one partition."""

    world: KafkaWorld
    timeouts: Timeouts
    partition: Partition
    """Which publications speak of."""
    before: Disturbances = field(default_factory=dict)
    crashes: list[BaseException] = field(default_factory=list)
    """What the publishers could not go on after, in its order."""

    def member(self) -> Member:
        """The first member, which owns the partition."""
        member = self.world.member()
        until(lambda: self.partition in member.assigned, member)
        return member

    def newcomer(self) -> Member:
        """A member that publishes in another way."""
        self.world.new_publisher = at_least_once
        return self.world.member()

    def publisher(self, source: GroupMember) -> TransactionalPublisher:
        """A publisher under the one id."""
        properties = {
            **transactional_properties(self.world.settings, INSTANCE),
            **self.timeouts.properties,
        }
        new = partial(Disturbed, self.before)
        return TransactionalPublisher(properties, source, self.crashes.append, new)

    def publish(self, member: Member, number: int) -> Outcome:
        """Publish a result of this number, and a commit that stands for it."""
        publication = self.publication(number)
        return member.publish(*publication.messages, commits=publication.commits)

    def publish_until_out(self, member: Member, number: int) -> None:
        """Publish it again until it is out, as the loop does."""
        while not self.publish(member, number).published:
            assert self.crashes == []

    def publication(self, number: int) -> Publication:
        message = Message(self.world.results_topic, str(number).encode(), b"result", ())
        return Publication((message,), {self.partition: commit_of(number)})

    @property
    def published(self) -> list[int]:
        """The numbers a reader sees, in their order."""
        return [int(key or b"") for key, _ in self.world.results()]

    def is_true(self, outcome: Outcome, number: int) -> bool:
        """Whether a reader, and whoever asks for the commit, see what the publisher says."""
        seen = (
            self.published.count(number),
            self.world.committed(self.partition.number) == commit_of(number),
        )
        return seen == (int(outcome.published), outcome.committed)


def commit_of(number: int) -> Commit:
    return Commit(number, f"1;{number}")


@contextmanager
def scene(
    cluster: KafkaCluster,
    protocol: Protocol = "consumer",
    timeouts: Timeouts = Timeouts(),
) -> Iterator[Scene]:
    """A scene on topics of its own."""
    topics = cluster.new_topic("jobs", partitions=2), cluster.new_topic("results")
    with kafka_world(cluster.bootstrap, protocol, *topics) as world:
        scene = Scene(world, timeouts, Partition(world.jobs_topic, 0))
        world.new_publisher = lambda _, source: scene.publisher(source)
        yield scene


def paused(broker: ServerProcess, seconds: float) -> None:
    """Freeze the broker for so long, and return at once."""
    broker.pause()
    threading.Timer(seconds, broker.resume).start()
