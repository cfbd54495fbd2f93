"""A job of ten minutes at the head of a partition delays none of the 500 short ones behind it.

Their results appear within seconds. The worker is killed in the middle of them: whoever owns the
partition next repeats none that were out, and begins the long job again.
"""

from pathlib import Path

import pytest

from tests.e2e.delivery.story import SESSION_SECONDS, assert_kept, told
from tests.scripted.traps import Harm, Step, Trap
from tests.stack.kafka import KafkaCluster

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

SHORT_JOBS = 500
SHORT_MILLISECONDS = 5
SECONDS = 20.0
"""For the short ones: a restart and a session are among them."""


def test_500_short_jobs_pass_a_long_one_and_a_crash_repeats_none(
    kafka: KafkaCluster, tmp_path: Path
) -> None:
    with told(kafka, tmp_path, partitions=1) as story:
        story.until_shared(workers=1)
        (worker,) = story.fleet.members
        # Longer than any story: its download never ends in this life of the worker.
        worker.set_trap(Trap(Step.FETCH, Harm.HANG))
        story.jobs.send()
        story.until(lambda: not worker.is_trapped, 30)

        story.jobs.send(SHORT_JOBS, SHORT_MILLISECONDS)
        until_killed = story.until(lambda: len(story.results.arrivals) >= SHORT_JOBS // 2, SECONDS)
        before = len(story.results.arrivals)
        worker.process.kill()
        since_killed = story.until_all_are_answered(SESSION_SECONDS + SECONDS)

        print(f"\n{before} of {SHORT_JOBS} short jobs passed a long one in {until_killed:.1f} s")
        print(f"killed then: all ended {since_killed:.1f} s later, none twice")
        assert 0 < before < SHORT_JOBS
        assert story.results.repeated == []
        assert_kept(story.verdict(), SHORT_JOBS + 1)
