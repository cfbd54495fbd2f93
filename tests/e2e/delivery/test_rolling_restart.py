"""Four workers under load are restarted one after the other, as a new release is rolled out.

No job is lost, none is answered twice, and results never stop for longer than 10 s.
"""

import signal
import time
from pathlib import Path

import pytest

from tests.e2e.delivery.story import Story, assert_kept, told
from tests.scripted.fleet import Member
from tests.scripted.jobs import SteadyLoad
from tests.stack.kafka import KafkaCluster

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

WORKERS, PARTITIONS = 4, 8
JOBS_PER_SECOND, JOB_MILLISECONDS = 30, 5
LONGEST_GAP_SECONDS = 10.0
READY_SECONDS = 60.0


def restart(story: Story, member: Member) -> None:
    life = story.lives(member)
    member.send(signal.SIGTERM)
    story.until(lambda: story.lives(member) > life, READY_SECONDS)


def test_nothing_is_lost_or_answered_twice_and_results_keep_coming(
    kafka: KafkaCluster, tmp_path: Path
) -> None:
    with told(kafka, tmp_path, PARTITIONS) as story:
        story.until_shared(WORKERS)
        story.load = SteadyLoad(story.jobs, JOBS_PER_SECOND, JOB_MILLISECONDS)
        story.until(lambda: story.results.arrivals, 30)
        began = time.monotonic()

        for member in story.fleet.members:
            restart(story, member)
        story.until_shared(WORKERS)
        gap = story.results.longest_gap_seconds(began)
        story.until_all_are_answered(30)

        print(f"\n{WORKERS} restarts, {story.jobs.sent} jobs: longest gap {gap:.1f} s")
        assert story.fleet.exits == {"exit 0": WORKERS}
        assert gap <= LONGEST_GAP_SECONDS
        assert story.results.repeated == []
        assert_kept(story.verdict(), story.jobs.sent)
