"""A call into the client library never returns: results flow again by themselves.

Within the transaction's time-out and 15 s, out of the same process.
"""

from pathlib import Path

import pytest

from tests.e2e.delivery.story import TRANSACTION_SECONDS, assert_kept, told
from tests.scripted.jobs import SteadyLoad
from tests.scripted.traps import Harm, Step, Trap
from tests.stack.kafka import KafkaCluster

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

SECONDS = TRANSACTION_SECONDS + 15.0
PARTITIONS = 2
JOBS_PER_SECOND, JOB_MILLISECONDS = 10, 5


def test_results_flow_again_after_a_call_that_never_returns(
    kafka: KafkaCluster, tmp_path: Path
) -> None:
    with told(kafka, tmp_path, PARTITIONS) as story:
        story.until_shared(workers=1)
        (worker,) = story.fleet.members
        story.load = SteadyLoad(story.jobs, JOBS_PER_SECOND, JOB_MILLISECONDS)
        story.until(lambda: story.results.arrivals, 30)

        worker.set_trap(Trap(Step.IN_TRANSACTION, Harm.HANG))
        story.until(lambda: not worker.is_trapped, 30)
        seconds = story.until_served(range(PARTITIONS), SECONDS)

        print(f"\na call hung in a transaction: results again after {seconds:.1f} s")
        story.until_all_are_answered(30)
        assert story.lives(worker) == 1
        assert_kept(story.verdict(), story.jobs.sent)
