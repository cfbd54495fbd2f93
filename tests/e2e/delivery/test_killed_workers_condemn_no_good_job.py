"""Workers that are killed while they are busy condemn none of the good jobs they were busy with.

Ten kills here; `python -m tests.e2e.delivery.kills` does the two hundred that the promise names.
"""

from pathlib import Path

import pytest

from tests.e2e.delivery.kills import PARTITIONS, kill_busy_workers
from tests.e2e.delivery.story import told
from tests.stack.kafka import KafkaCluster

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

KILLS = 10


def test_good_jobs_succeed_once_although_busy_workers_are_killed(
    kafka: KafkaCluster, tmp_path: Path
) -> None:
    with told(kafka, tmp_path, PARTITIONS) as story:
        print(f"\n{kill_busy_workers(story, KILLS)}")
