"""Whether the benchmark of the service measures what it says, on a few jobs."""

from pathlib import Path

import pytest

from tests.benchmarks.service import framework
from tests.benchmarks.service.finding import Extent
from tests.benchmarks.service.framework import LOOP, WORKER, Load
from tests.benchmarks.service.place import Place
from tests.stack.kafka import KafkaCluster
from tests.stack.object_server import ObjectServer


@pytest.fixture
def place(kafka: KafkaCluster, minio: ObjectServer, tmp_path: Path) -> Place:
    buckets = minio.new_bucket("recordings"), minio.new_bucket("results")
    return Place(kafka, minio, tmp_path, *buckets)


def test_both_contenders_answer_every_job(place: Place) -> None:
    found = framework.measure(place, Extent(rounds=1), Load(warm_up=10, backlog=40, paced=10))

    for name in (WORKER, LOOP):
        (one,) = found.figures["per_round"][name]
        assert one["jobs_per_second"] > 1
        assert 0 < one["cpu_ms_per_job"] < 1000
        assert 0 < one["p50_ms"] <= one["p99_ms"]
