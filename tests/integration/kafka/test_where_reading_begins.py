"""Does reading begin, and go on, where no job is lost or repeated, whatever became of the log?"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from consumer.adapters.kafka.configuration import Protocol
from consumer.core.model import Commit, Partition
from consumer.core.ports import EndOfPartition
from schemas.commit_metadata import Mark, Progress, encode
from tests.contract.job_source.kafka_world import KafkaWorld, kafka_world
from tests.contract.job_source.world import PATIENCE_SECONDS, Member, until
from tests.stack.kafka import KafkaCluster

pytestmark = pytest.mark.kafka


@pytest.fixture
def world(kafka: KafkaCluster, protocol: Protocol) -> Iterator[KafkaWorld]:
    topics = kafka.new_topic("jobs", partitions=2), kafka.new_topic("results")
    with kafka_world(kafka.bootstrap, protocol, *topics) as world:
        yield world


@pytest.fixture
def first(world: KafkaWorld) -> Partition:
    return Partition(world.jobs_topic, 0)


@pytest.fixture
def second(world: KafkaWorld) -> Partition:
    return Partition(world.jobs_topic, 1)


def test_without_a_commit_it_begins_at_the_start_of_the_log(
    world: KafkaWorld, first: Partition
) -> None:
    produced(world, 10)
    retained_from(world, 4)

    member = world.member()
    until(lambda: len(member.records) == 6, member)

    assert {s.partition: s.position for s in member.starts}[first] == 4
    assert [record.offset for record in member.records] == [4, 5, 6, 7, 8, 9]
    assert member.skipped == []


def test_a_commit_before_the_start_of_the_log_begins_there_and_keeps_what_is_known(
    world: KafkaWorld, first: Partition
) -> None:
    produced(world, 10)
    known = Progress(8, {2: Mark(starts=1), 6: Mark(attempts=1)})
    world.commit(0, Commit(2, encode(2, known)))
    retained_from(world, 5)

    member = world.member()
    until(lambda: len(member.records) == 5, member)

    [start] = [start for start in member.starts if start.partition == first]
    assert (start.position, start.lost) == (5, range(2, 5))
    assert start.progress == Progress(8, {6: Mark(attempts=1)})
    assert [record.offset for record in member.records] == [5, 6, 7, 8, 9]


def test_an_open_transaction_delays_only_the_partition_it_commits(
    world: KafkaWorld, first: Partition, second: Partition
) -> None:
    produced(world, 5, partition=0)
    produced(world, 5, partition=1)
    with open_commit(world, first, Commit(3)) as transaction:
        member = world.member()
        until(lambda: len(member.records) == 5, member)
        longest = longest_poll(member, seconds=2.0)

        assert {record.partition for record in member.records} == {second}
        assert [start.partition for start in member.starts] == [second]
        assert longest < 1.0

        transaction.commit_transaction(PATIENCE_SECONDS)
        until(lambda: len(member.records) == 7, member)

    assert [start.partition for start in member.starts] == [second, first]
    assert member.starts[1].committed == Commit(3)
    assert [r.offset for r in member.records if r.partition == first] == [3, 4]


def test_a_partition_that_leaves_before_its_start_is_known_was_never_there(
    world: KafkaWorld, first: Partition
) -> None:
    with open_commit(world, first, Commit(3)):
        member = world.member()
        until(lambda: bool(member.starts), member)
        member.source.close()

    assert first not in {start.partition for start in member.starts}
    assert first not in member.revoked
    assert member.refused == {}


def test_a_partition_that_changes_hands_before_its_start_is_known_is_read_once(
    world: KafkaWorld, first: Partition, second: Partition
) -> None:
    produced(world, 5, partition=0)
    with open_commit(world, first, Commit(3)) as transaction:
        one = world.member()
        until(lambda: second in one.assigned, one)
        other = world.member()
        turns = iter(range(100))
        until(lambda: next(turns) == 99, one, other)  # whoever gets the first is not told
        one.source.close()
        until(lambda: second in other.assigned, other)

        transaction.commit_transaction(PATIENCE_SECONDS)
        until(lambda: EndOfPartition(first, 5) in other.ends, other)

    assert [record.offset for record in one.records + other.records] == [3, 4]
    assert [s.position for s in one.starts + other.starts if s.partition == first] == [3]


def test_a_paused_partition_that_retention_passes_goes_on_where_its_log_begins(
    world: KafkaWorld, first: Partition
) -> None:
    produced(world, 3)
    member = world.member()
    until(lambda: len(member.records) == 3, member)
    member.source.pause([first])
    produced(world, 7)
    retained_from(world, 8)

    member.source.resume([first])
    until(lambda: len(member.records) == 5, member)

    assert [record.offset for record in member.records] == [0, 1, 2, 8, 9]
    assert member.skipped == [(first, range(3, 8))]
    assert [start.partition for start in member.starts].count(first) == 1

    produced(world, 1)
    until(lambda: len(member.records) == 6, member)
    assert member.records[-1].offset == 10


def test_the_end_told_of_lies_behind_the_markers_of_transactions_and_brings_the_lag_to_0(
    world: KafkaWorld, first: Partition
) -> None:
    written_in_transactions(world, committed=3, aborted=2)
    member = world.member()
    log_end = end_of_log(world)
    until(lambda: EndOfPartition(first, log_end) in member.ends, member)

    assert member.publish(commits={first: Commit(log_end)}).committed

    assert log_end == 3 + 1 + 2 + 1
    assert [record.offset for record in member.records] == [0, 1, 2]
    assert world.committed(0) == Commit(log_end)


def test_the_end_told_of_lies_before_the_jobs_of_an_open_transaction(
    world: KafkaWorld, first: Partition
) -> None:
    produced(world, 2)
    producer = transactional(world)
    producer.begin_transaction()
    producer.produce(world.jobs_topic, b"open", partition=0)
    producer.flush(PATIENCE_SECONDS)
    member = world.member()

    until(lambda: EndOfPartition(first, 2) in member.ends, member)

    assert end_of_log(world) == 3
    producer.commit_transaction(PATIENCE_SECONDS)
    until(lambda: EndOfPartition(first, 4) in member.ends, member)
    assert member.values[-1] == b"open"


def produced(world: KafkaWorld, jobs: int, partition: int = 0) -> None:
    producer = Producer({"bootstrap.servers": world.settings.bootstrap_servers})
    for _ in range(jobs):
        producer.produce(world.jobs_topic, b"job", partition=partition)
    assert producer.flush(PATIENCE_SECONDS) == 0


def retained_from(world: KafkaWorld, offset: int) -> None:
    """Let the first partition's log begin here."""
    admin = AdminClient({"bootstrap.servers": world.settings.bootstrap_servers})
    deleted = admin.delete_records([TopicPartition(world.jobs_topic, 0, offset)])
    for future in deleted.values():
        future.result(PATIENCE_SECONDS)


def end_of_log(world: KafkaWorld) -> int:
    """Of the first partition, what is not committed included."""
    reader = Consumer(
        {
            "bootstrap.servers": world.settings.bootstrap_servers,
            "group.id": "nobody",
            "isolation.level": "read_uncommitted",
        }
    )
    place = TopicPartition(world.jobs_topic, 0)
    _, end = reader.get_watermark_offsets(place, timeout=PATIENCE_SECONDS)
    reader.close()
    return int(end)


def transactional(world: KafkaWorld) -> Producer:
    identity = {"transactional.id": f"tests-{world.settings.group_id}"}
    producer = Producer({"bootstrap.servers": world.settings.bootstrap_servers, **identity})
    producer.init_transactions(PATIENCE_SECONDS)
    return producer


def written_in_transactions(world: KafkaWorld, committed: int, aborted: int) -> None:
    producer = transactional(world)
    for jobs, end in (
        (committed, producer.commit_transaction),
        (aborted, producer.abort_transaction),
    ):
        producer.begin_transaction()
        for _ in range(jobs):
            producer.produce(world.jobs_topic, b"job", partition=0)
        producer.flush(PATIENCE_SECONDS)
        end(PATIENCE_SECONDS)


@contextmanager
def open_commit(world: KafkaWorld, partition: Partition, commit: Commit) -> Iterator[Producer]:
    """A transaction, left open, that commits for the group while nobody is in it."""
    producer = transactional(world)
    producer.begin_transaction()
    place = TopicPartition(partition.topic, partition.number, commit.offset)
    with world.stranger() as stranger:
        identity = stranger.consumer_group_metadata()
        producer.send_offsets_to_transaction([place], identity, PATIENCE_SECONDS)
    yield producer


def longest_poll(member: Member, seconds: float) -> float:
    """How long one poll takes at most, in so many seconds of them."""
    longest, deadline = 0.0, time.monotonic() + seconds
    while time.monotonic() < deadline:
        began = time.monotonic()
        member.arrived.extend(member.source.poll(0.02))
        longest = max(longest, time.monotonic() - began)
    return longest
