"""Does a worker with a lasting name keep its partitions over a quick restart?"""

from collections.abc import Iterator

import pytest

from consumer.adapters.kafka.configuration import Protocol
from consumer.core.model import Commit
from tests.contract.job_source.kafka_world import KafkaWorld, kafka_world
from tests.contract.job_source.suite import is_shared
from tests.contract.job_source.world import Member, until
from tests.stack.kafka import KafkaCluster

pytestmark = pytest.mark.kafka


@pytest.fixture
def world(kafka: KafkaCluster, protocol: Protocol) -> Iterator[KafkaWorld]:
    topics = kafka.new_topic("jobs", partitions=2), kafka.new_topic("results")
    with kafka_world(kafka.bootstrap, protocol, *topics) as world:
        yield world


def named_member(world: KafkaWorld, instance: str) -> Member:
    static = {"static_membership": True, "instance": instance}
    world.settings = world.settings.model_copy(update=static)
    return world.member()


def test_what_it_had_waits_for_it_and_goes_on_at_its_commit(world: KafkaWorld) -> None:
    one = named_member(world, "worker-0")
    until(lambda: len(one.assigned) == 2, one)
    everything = set(one.assigned)
    other = named_member(world, "worker-1")
    until(lambda: bool(other.assigned) and is_shared(everything, one, other), one, other)
    [kept], [others] = one.assigned, other.assigned
    for number in range(3):
        world.produce(str(number).encode(), kept.number)
    until(lambda: len(one.records) == 3, one, other)
    assert one.publish(commits={kept: Commit(2)}).committed

    one.source.close()
    turns = iter(range(50))
    until(lambda: next(turns) == 49, other)
    assert other.assigned == {others}
    back = named_member(world, "worker-0")
    until(lambda: bool(back.records), back, other)

    assert [start.partition for start in back.starts] == [kept]
    assert back.values == [b"2"]
    assert other.assigned == {others}
