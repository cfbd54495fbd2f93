"""What does every job source promise?"""

import pytest

from consumer.core.model import Commit, Partition
from tests.contract.job_source.world import Member, World, until

HEADERS = (("traceparent", b"00-1"), ("mine", None), ("mine", b"\xff"))


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
            assert member.source.poll(0.02) == []
        member.source.resume(member.assigned)
        until(lambda: len(member.records) == 2, member)

        assert member.values == [b"before", b"meanwhile"]

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
