"""One job among 1,000 good ones crashes every worker that touches it: it alone is given up.

It ends `crashed_worker`, with a dead letter; all others succeed, once. Nobody does anything but
start the worker again.
"""

from pathlib import Path

import pytest

from tests.e2e.delivery.story import assert_kept, told
from tests.scripted.recordings import Behaviour
from tests.stack.kafka import KafkaCluster

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

GOOD_JOBS = 1000
PARTITIONS = 4
SECONDS = 180.0


def test_a_job_that_segfaults_is_found_among_1000_good_ones(
    kafka: KafkaCluster, tmp_path: Path
) -> None:
    with told(kafka, tmp_path, PARTITIONS) as story:
        story.jobs.send(GOOD_JOBS // 2)
        story.jobs.send(behaviour=Behaviour.SEGFAULT)
        story.jobs.send(GOOD_JOBS // 2)
        story.until_shared(workers=1)

        seconds = story.until_all_are_answered(SECONDS)

        deaths = story.fleet.exits["SIGSEGV"]
        print(
            f"\none of {GOOD_JOBS + 1} jobs killed {deaths} workers; all ended in {seconds:.1f} s"
        )
        assert story.results.endings == {"succeeded": GOOD_JOBS, "crashed_worker": 1}
        assert story.fleet.exits == {"SIGSEGV": deaths}
        assert_kept(story.verdict(), GOOD_JOBS + 1)
