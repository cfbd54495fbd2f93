"""What does every publisher promise?"""

import pytest

from consumer.core.model import Commit, Message, Partition, Publication
from consumer.core.ports import Outcome
from tests.contract.job_source.world import LARGEST_BYTES, PATIENCE_SECONDS, Member, World, until

KNOWN = "1;known beyond it"


class PublisherContract:
    """The suite; subclasses say in a fixture `world` which publisher it runs on."""

    @pytest.fixture
    def member(self, world: World) -> Member:
        """A member that has read two jobs of partition 0."""
        world.produce(b"job 0")
        world.produce(b"job 1")
        member = world.member()
        until(lambda: len(member.records) == 2, member)
        return member

    @pytest.fixture
    def first(self, world: World) -> Partition:
        return Partition(world.jobs_topic, 0)

    def test_publishes_messages_and_commits(
        self, world: World, member: Member, first: Partition
    ) -> None:
        messages = [small(world, number) for number in range(3)]

        outcome = member.publish(*messages, commits={first: Commit(2, KNOWN)})

        assert (outcome.published, outcome.committed, outcome.problem) == (True, True, "")
        assert outcome.publication == Publication(tuple(messages), {first: Commit(2, KNOWN)})
        assert world.results() == [(message.key, message.value) for message in messages]
        assert world.committed(0) == Commit(2, KNOWN)

    def test_a_commit_may_come_without_messages_and_change_the_metadata_alone(
        self, world: World, member: Member, first: Partition
    ) -> None:
        for metadata in (KNOWN, "1;changed"):
            assert member.publish(commits={first: Commit(1, metadata)}).committed

            assert world.committed(0) == Commit(1, metadata)

    def test_has_no_outcome_before_anything_was_handed_over(self, member: Member) -> None:
        assert member.publisher.outcome() is None
        assert member.publisher.settle(0.1) is None

    def test_messages_may_come_without_commits(self, world: World, member: Member) -> None:
        outcome = member.publish(small(world, 1))

        assert (outcome.published, outcome.committed) == (True, True)
        assert world.committed(0) is None

    def test_an_outcome_is_told_once(self, world: World, member: Member) -> None:
        member.publish(small(world, 1))

        assert member.publisher.outcome() is None

    def test_a_message_without_key_and_value_is_published(
        self, world: World, member: Member
    ) -> None:
        assert member.publish(Message(world.results_topic, None, None, ())).published

        assert world.results() == [(None, None)]

    def test_a_message_that_is_too_large_is_not_published_and_nothing_is_committed(
        self, world: World, member: Member, first: Partition
    ) -> None:
        outcome = member.publish(small(world, 1), huge(world), commits={first: Commit(2)})

        assert (outcome.published, outcome.committed, outcome.refused) == (False, False, True)
        assert "too large" in outcome.problem
        assert world.committed(0) is None

    def test_the_neighbours_of_a_message_that_fails_go_out_once(
        self, world: World, member: Member, first: Partition
    ) -> None:
        member.publish(small(world, 1), huge(world), small(world, 2))
        member.publish(small(world, 1), huge(world), small(world, 2))

        outcome = member.publish(small(world, 1), small(world, 2), commits={first: Commit(2)})

        assert (outcome.published, outcome.committed) == (True, True)
        assert sorted(world.results()) == [(b"1", b"result"), (b"2", b"result")]

    def test_equal_messages_of_later_publications_are_published(
        self, world: World, member: Member
    ) -> None:
        member.publish(small(world, 1))
        member.publish(small(world, 1))

        assert world.results() == [(b"1", b"result")] * 2

    def test_settles_without_anybody_polling(
        self, world: World, member: Member, first: Partition
    ) -> None:
        publication = Publication((small(world, 1),), {first: Commit(1, KNOWN)})
        member.publisher.hand_over(publication)

        outcome = member.publisher.settle(PATIENCE_SECONDS)

        assert outcome == Outcome(publication, published=True, committed=True)
        assert world.results() == [(b"1", b"result")]
        assert world.committed(0) == Commit(1, KNOWN)

    def test_what_outlives_its_partition_never_moves_the_group_back(
        self, world: World, member: Member, first: Partition
    ) -> None:
        member.publisher.hand_over(Publication((small(world, 1),), {first: Commit(1)}))
        member.publisher.withdraw([first])
        member.source.close()
        successor = world.member()
        until(lambda: first in successor.assigned, successor)
        assert successor.publish(commits={first: Commit(2, KNOWN)}).committed

        assert member.publisher.settle(PATIENCE_SECONDS)

        assert world.committed(0) == Commit(2, KNOWN)

    def test_the_last_words_of_a_revocation_are_heard(
        self, world: World, member: Member, first: Partition
    ) -> None:
        words = Publication((small(world, 1),), {first: Commit(1)})
        member.last_words = words

        member.source.close()
        successor = world.member()
        until(lambda: bool(successor.records), successor)

        assert member.heard == [Outcome(words, published=True, committed=True)]
        assert world.results() == [(b"1", b"result")]
        assert successor.values == [b"job 1"]


class TransactionalContract(PublisherContract):
    """What those promise besides who publish in transactions: all or nothing."""

    def test_the_neighbours_of_a_message_that_fails_wait_for_it(
        self, world: World, member: Member, first: Partition
    ) -> None:
        outcome = member.publish(small(world, 1), huge(world), commits={first: Commit(2)})

        assert outcome.refused
        assert world.results() == []
        assert world.committed(0) is None


def small(world: World, number: int) -> Message:
    headers = (("x-status", b"succeeded"), ("none", None))
    return Message(world.results_topic, str(number).encode(), b"result", headers)


def huge(world: World) -> Message:
    return Message(world.results_topic, b"huge", b"x" * LARGEST_BYTES * 2, ())
