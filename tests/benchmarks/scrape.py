"""What does a scrape of a worker cost, and how many series does it bring, when all has happened?

python -m tests.benchmarks.scrape
"""

import logging
import statistics
import sys
import time
from http.client import HTTPConnection
from itertools import product
from urllib.parse import urlsplit

from consumer.adapters.health import HealthServer
from consumer.adapters.prometheus import Metrics
from consumer.adapters.telemetry import LogsAndMetrics
from consumer.core.batching import Closed, Outline
from consumer.core.device_time import Doing
from consumer.core.ending import Ending
from consumer.core.errors import ModelUnavailable
from consumer.core.loop_time import Phase
from consumer.core.memory_budget import Unloading
from consumer.core.model import Partition
from consumer.core.scheduling import Kind
from consumer.core.stage_time import STAGES
from consumer.core.standing import Reached, Standing
from schemas.codes import ErrorCode

PARTITIONS = 64
MODELS = 3
OPERATIONS = ("diarize", "embed", "unknown")
SCRAPES = 50
LIMIT_SECONDS = 0.02
_REQUESTS = ("open", "body", "read", "create")
_OUTCOMES = (
    *("ok", "not_found", "forbidden", "exists", "changed", "bucket_not_found"),
    *("unsupported", "unavailable", "other"),
)


def busiest(partitions: int = PARTITIONS, models: int = MODELS) -> Metrics:
    """The figures of a worker to which everything has happened that can."""
    metrics = Metrics()
    everything_happens(metrics, partitions, models)
    return metrics


def everything_happens(
    metrics: Metrics, partitions: int = PARTITIONS, models: int = MODELS
) -> None:
    """Tell of everything that can happen to a worker, once."""
    told = LogsAndMetrics(metrics)
    _jobs(metrics)
    for number, operation in product(range(models), OPERATIONS[:-1]):
        _model(told, (operation, f"catalogue/model-{number}"))
    for doing, closed in product(Doing, Closed):
        told.device_spent(doing, 1.0)
        told.batch_ran(Outline(("diarize", "catalogue/model-0"), 4, 240.0, closed), 2.0)
    for phase, ending, change in product(Phase, Ending, ("assigned", "revoked", "lost")):
        told.loop_spent(phase, 1.0)
        told.publication_ended(ending, 0.1)
        told.assignment_changed(change, (), partitions)
    _backlog(told, [Partition("jobs", number) for number in range(partitions)])


def series(metrics: Metrics) -> int:
    """How many lines Prometheus keeps of a scrape."""
    return sum(len(family.samples) for family in metrics.registry.collect())


def scrapes(server: HealthServer, times: int = SCRAPES) -> list[float]:
    """Seconds of each scrape, as whoever scrapes sees them."""
    connection = HTTPConnection(urlsplit(server.address).netloc, timeout=5.0)
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        connection.request("GET", "/metrics")
        assert connection.getresponse().read()
        seconds.append(time.perf_counter() - began)
    connection.close()
    return seconds


def main() -> int:
    """Print what it costs; 1 when that is too much."""
    logging.disable()
    metrics = busiest()
    with HealthServer("127.0.0.1", 0, {}, metrics.registry) as server:
        seconds = scrapes(server)
    median, worst = statistics.median(seconds), max(seconds)
    sys.stdout.write(
        f"{PARTITIONS} partitions, {MODELS} models, every code, stage and reason: "
        f"{series(metrics)} series; a scrape takes {median * 1000:.1f} ms (median of {SCRAPES}), "
        f"at most {worst * 1000:.1f} ms; the limit is {LIMIT_SECONDS * 1000:.0f} ms\n"
    )
    return 0 if median <= LIMIT_SECONDS else 1


def _jobs(metrics: Metrics) -> None:
    for operation, code in product(OPERATIONS, ErrorCode):
        status = "expired" if code is ErrorCode.DEADLINE_PASSED else "failed"
        metrics.jobs.ended.labels(operation, status, code).inc()
        metrics.jobs.dead_letters.labels(code).inc()
    for operation in OPERATIONS:
        metrics.jobs.ended.labels(operation, "succeeded", "none").inc()
        metrics.jobs.seconds.labels(operation).observe(60.0)
    for stage in STAGES:
        metrics.jobs.stage_seconds.labels(stage).observe(1.0)
    for request, outcome in product(_REQUESTS, _OUTCOMES):
        metrics.delivery.store_requests.labels(request, outcome).inc()


def _model(told: LogsAndMetrics, kind: Kind) -> None:
    told.model_loaded(kind, 3.0, 10**9)
    told.model_load_failed(kind, ModelUnavailable("gated"))
    for reason in Unloading:
        told.model_unloaded(kind, reason, 0.1, 10**9)


def _backlog(told: LogsAndMetrics, partitions: list[Partition]) -> None:
    reached = {partition: Reached(100, 100, 8) for partition in partitions}
    for _ in range(20):
        told.stands(Standing(1.0, True, partitions=reached, oldest_ms=1))
        told.metrics.backlog.saw(dict.fromkeys(partitions, 1000), 1.0)


if __name__ == "__main__":
    sys.exit(main())
