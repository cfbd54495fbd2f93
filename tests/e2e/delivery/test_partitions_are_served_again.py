"""What a killed worker served is served again soon, and nobody does anything for it.

Within the session's time-out and 5 s; where it dies inside an open transaction and nobody takes its
id over, within the transaction's time-out and 10 s more.
"""

from collections.abc import Iterator

import pytest

from tests.e2e.delivery.story import (
    SESSION_SECONDS,
    TRANSACTION_SECONDS,
    Story,
    assert_kept,
    told,
)
from tests.scripted.fleet import Member
from tests.scripted.jobs import SteadyLoad
from tests.scripted.traps import Step, Trap
from tests.stack.kafka import KafkaCluster

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

WORKERS, PARTITIONS = 4, 8
JOBS_PER_SECOND, JOB_MILLISECONDS = 20, 5
MISSED_SECONDS = SESSION_SECONDS + 5.0
OPEN_SECONDS = MISSED_SECONDS + TRANSACTION_SECONDS + 10.0


@pytest.fixture(scope="module")
def busy(kafka: KafkaCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Four workers under a steady load; those that were killed for good come back for the next."""
    with told(kafka, tmp_path_factory.mktemp("recovery"), PARTITIONS) as story:
        yield story
        story.until_all_are_answered(30)
        assert_kept(story.verdict(), story.jobs.sent)


@pytest.fixture
def victim(busy: Story) -> Member:
    """One of four, all of which answer."""
    busy.until_shared(WORKERS)
    busy.load = busy.load or SteadyLoad(busy.jobs, JOBS_PER_SECOND, JOB_MILLISECONDS)
    victim = busy.fleet.members[-1]
    busy.until_served(range(PARTITIONS), 30)
    busy.until(lambda: busy.results.partitions_of(victim.instance), 30)
    return victim


def seconds_until_served(story: Story, victim: Member, limit: float) -> float:
    """From its death until all its partitions have answered a job that was written after it."""
    partitions = story.results.partitions_of(victim.instance)
    story.until(lambda: not victim.is_running, 30)
    return story.until_served(partitions, limit)


def test_after_a_kill_within_the_session_and_five_seconds(busy: Story, victim: Member) -> None:
    victim.is_wanted = False
    victim.set_trap(Trap(Step.AFTER_COMMIT))  # outside of a transaction, for certain

    seconds = seconds_until_served(busy, victim, MISSED_SECONDS)

    print(f"\nkilled: served again after {seconds:.1f} s (session {SESSION_SECONDS:.0f} s)")


def test_after_a_kill_inside_a_transaction_whose_id_is_taken_over(
    busy: Story, victim: Member
) -> None:
    victim.set_trap(Trap(Step.IN_TRANSACTION))

    seconds = seconds_until_served(busy, victim, MISSED_SECONDS)

    print(f"\nkilled inside a transaction, started again: served again after {seconds:.1f} s")


def test_after_a_kill_inside_a_transaction_that_nobody_takes_over(
    busy: Story, victim: Member
) -> None:
    victim.is_wanted = False
    victim.set_trap(Trap(Step.IN_TRANSACTION))

    seconds = seconds_until_served(busy, victim, OPEN_SECONDS)

    print(
        f"\nkilled inside a transaction, gone for good: served again after {seconds:.1f} s "
        f"(session {SESSION_SECONDS:.0f} s, transaction {TRANSACTION_SECONDS:.0f} s)"
    )
