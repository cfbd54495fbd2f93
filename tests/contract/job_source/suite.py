"""What does every job source promise?"""

import time

import pytest

from consumer.core.model import Commit, Partition, Record
from consumer.core.ports import EndOfPartition
from schemas.commit_metadata import Mark, Progress, encode
from tests.contract.job_source.world import Member, World, until

HEADERS = (("traceparent", b"00-1"), ("mine", None), ("mine", b"\xff"))


def seconds_until_read_on(world: World, member: Member) -> float:
    """From the end of a pause until a job that was sent during it has arrived."""
    known = len(member.records)
    member.source.pause(member.assigned)
    world.produce(b"job")
    member.source.poll(0.1)
    member.source.resume(member.assigned)
    began = time.monotonic()
    until(lambda: len(member.records) > known, member)
    return time.monotonic() - began


class JobSourceContract:
    """The suite; subclasses say in a fixture `world` which source it runs on."""

    @pytest.fixture
    def member(self, world: World) -> Member:
        return world.member()

    def test_a_record_arrives_as_it_was_sent(self, world: World, member: Member) -> None:
        world.produce(b"\x00\xff", partition=1, key=b"call-1", headers=HEADERS)

        until(lambda: bool(member.records), member)

        [record] = member.records
        assert record.partition == Partition(world.jobs_topic, 1)
        assert (record.offset, record.key, record.value) == (0, b"call-1", b"\x00\xff")
        assert record.headers == HEADERS
        assert record.timestamp_ms > 1_500_000_000_000

    def test_a_tombstone_is_told_apart_from_an_empty_value(
        self, world: World, member: Member
    ) -> None:
        world.produce(None)
        world.produce(b"")

        until(lambda: len(member.records) == 2, member)

        assert member.values == [None, b""]
        assert [record.key for record in member.records] == [None, None]

    def test_a_partition_is_read_in_its_order(self, world: World, member: Member) -> None:
        values = [str(number).encode() for number in range(60)]
        for value in values:
            world.produce(value)

        until(lambda: len(member.records) >= len(values), member)

        assert member.values == values
        assert [record.offset for record in member.records] == list(range(60))

    def test_nothing_arrives_while_it_is_paused(self, world: World, member: Member) -> None:
        world.produce(b"before")
        until(lambda: bool(member.records), member)

        member.source.pause(member.assigned)
        world.produce(b"meanwhile")
        for _ in range(25):
            assert not any(isinstance(event, Record) for event in member.source.poll(0.02))
        member.source.resume(member.assigned)
        until(lambda: len(member.records) == 2, member)

        assert member.values == [b"before", b"meanwhile"]

    def test_what_has_waited_arrives_at_once_when_it_is_resumed(
        self, world: World, member: Member
    ) -> None:
        until(lambda: len(member.assigned) >= 2, member)

        seconds = [seconds_until_read_on(world, member) for _ in range(5)]

        # A client that is not woken sleeps for almost a second.
        assert sorted(seconds)[2] < 0.3, seconds

    def test_a_pause_is_about_the_partitions_named(self, world: World, member: Member) -> None:
        until(lambda: len(member.assigned) >= 2, member)

        member.source.pause([Partition(world.jobs_topic, 0)])
        world.produce(b"paused", partition=0)
        world.produce(b"read", partition=1)
        until(lambda: bool(member.records), member)
        member.source.resume([Partition(world.jobs_topic, 0)])
        until(lambda: len(member.records) == 2, member)

        assert member.values == [b"read", b"paused"]

    def test_the_end_of_a_partition_is_told_after_what_stands_before_it(
        self, world: World, member: Member
    ) -> None:
        first = Partition(world.jobs_topic, 0)
        world.produce(b"job")
        world.produce(b"job")

        until(lambda: EndOfPartition(first, 2) in member.ends, member)

        of_the_first = [event for event in member.arrived if event.partition == first]
        assert of_the_first[-1] == EndOfPartition(first, 2)
        assert [event.offset for event in of_the_first if isinstance(event, Record)] == [0, 1]

    def test_a_partition_nobody_committed_for_begins_at_its_first_record(
        self, world: World
    ) -> None:
        world.produce(b"job")
        member = world.member()

        until(lambda: len(member.starts) >= 2, member)

        starts = {start.partition.number: start for start in member.starts}
        assert len(starts) == len(member.starts)
        assert [(s.position, s.committed) for s in (starts[0], starts[1])] == [(0, None)] * 2

    def test_a_partition_begins_at_its_commit_with_what_is_known_beyond_it(
        self, world: World
    ) -> None:
        for number in range(5):
            world.produce(str(number).encode())
        commit = Commit(1, encode(1, Progress(4, {1: Mark(starts=1)})))
        world.commit(0, commit)
        member = world.member()

        until(lambda: len(member.records) == 4, member)

        start = next(start for start in member.starts if start.partition.number == 0)
        assert (start.position, start.committed) == (1, commit)
        assert start.progress == Progress(4, {1: Mark(starts=1)})
        assert member.values == [b"1", b"2", b"3", b"4"]

    def test_a_partition_whose_commit_its_log_does_not_reach_is_refused_and_others_are_read(
        self, world: World
    ) -> None:
        world.produce(b"refused", partition=0)
        world.produce(b"read", partition=1)
        world.commit(0, Commit(1000))
        member = world.member()

        until(lambda: bool(member.refused and member.records), member)
        member.source.resume([Partition(world.jobs_topic, 0)])
        for _ in range(25):
            member.arrived.extend(member.source.poll(0.02))

        [(partition, reason)] = member.refused.items()
        assert partition == Partition(world.jobs_topic, 0)
        assert "1000" in reason
        assert member.values == [b"read"]
        assert partition not in {start.partition for start in member.starts}

        member.source.close()
        assert member.revoked >= {partition}

    def test_a_second_member_begins_at_the_committed_offsets(
        self, world: World, member: Member
    ) -> None:
        world.produce(b"done")
        world.produce(b"not done")
        until(lambda: len(member.records) == 2, member)
        assert member.publish(commits={Partition(world.jobs_topic, 0): Commit(1)}).committed
        member.source.close()

        successor = world.member()
        until(lambda: bool(successor.records), successor)

        assert successor.values == [b"not done"]

    def test_without_a_commit_everything_is_read_again(self, world: World, member: Member) -> None:
        world.produce(b"not done")
        until(lambda: bool(member.records), member)
        member.source.close()

        successor = world.member()
        until(lambda: bool(successor.records), successor)

        assert successor.values == [b"not done"]

    def test_two_members_share_the_partitions(self, world: World, member: Member) -> None:
        until(lambda: len(member.assigned) >= 2, member)
        everything = set(member.assigned)

        other = world.member()
        until(lambda: bool(other.assigned) and is_shared(everything, member, other), member, other)
        for partition in everything:
            world.produce(b"job", partition.number)
        until(lambda: len(member.records) + len(other.records) == len(everything), member, other)

        assert {record.partition for record in member.records} == member.assigned
        assert {record.partition for record in other.records} == other.assigned

    def test_a_partition_that_was_paused_when_it_left_is_not_silent_when_it_returns(
        self, world: World, member: Member
    ) -> None:
        until(lambda: len(member.assigned) >= 2, member)
        everything = set(member.assigned)
        member.source.pause(member.assigned)
        other = world.member()
        until(lambda: bool(other.assigned) and is_shared(everything, member, other), member, other)
        moved = sorted(other.assigned)

        other.source.close()
        until(lambda: member.assigned == everything, member)
        for partition in moved:
            world.produce(b"job", partition.number)
        until(lambda: len(member.records) == len(moved), member)

        assert {record.partition for record in member.records} == set(moved)

    def test_leaving_revokes_what_is_held(self, world: World, member: Member) -> None:
        until(lambda: bool(member.assigned), member)

        member.source.close()

        assert member.assigned == set()


def is_shared(everything: set[Partition], *members: Member) -> bool:
    """Whether every partition has one owner."""
    owned = [partition for member in members for partition in member.assigned]
    return sorted(owned) == sorted(everything)
