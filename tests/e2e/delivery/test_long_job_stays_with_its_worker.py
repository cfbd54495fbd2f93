"""A job far longer than max.poll.interval is neither redelivered nor rebalanced away.

In both group protocols. Three intervals are enough for every run; POLL_INTERVALS=10 gives the
figure that the promise names.
"""

import os
from pathlib import Path

import pytest

from tests.e2e.delivery.story import Story, assert_kept, told
from tests.stack.kafka import KafkaCluster

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

POLL_INTERVAL_SECONDS = 6.0
"""The least that the settings take."""
INTERVALS = int(os.environ.get("POLL_INTERVALS", "3"))
JOB_SECONDS = INTERVALS * POLL_INTERVAL_SECONDS
AROUND_SECONDS = 20.0
"""For everything but the job's own work."""


def settings(protocol: str) -> dict[str, str]:
    return {
        "TURNSTREAM_KAFKA__GROUP_PROTOCOL": protocol,
        "TURNSTREAM_KAFKA__MAX_POLL_INTERVAL_SECONDS": str(POLL_INTERVAL_SECONDS),
    }


def test_a_job_longer_than_the_poll_interval_is_done_once_by_whoever_began_it(
    kafka: KafkaCluster, tmp_path: Path
) -> None:
    with (
        told(kafka, tmp_path / "consumer", 1, settings("consumer")) as new,
        told(kafka, tmp_path / "classic", 1, settings("classic")) as classic,
    ):
        for story in (new, classic):
            story.until_shared(workers=1)
            story.jobs.send(milliseconds=round(JOB_SECONDS * 1000))
        for story in (new, classic):
            story.until_all_are_answered(JOB_SECONDS + AROUND_SECONDS)
            assert_undisturbed(story)
        print(
            f"\n{JOB_SECONDS:.0f} s of work, polls every {POLL_INTERVAL_SECONDS:.0f} s: done once"
        )


def assert_undisturbed(story: Story) -> None:
    (worker,) = story.fleet.members
    assert story.changes(worker) == ["assigned"]
    assert story.results.endings == {"succeeded": 1}
    assert_kept(story.verdict(), jobs=1)
