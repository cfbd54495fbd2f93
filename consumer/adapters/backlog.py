"""How is the backlog told to whoever scrapes, computed at that very moment?"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from consumer.adapters.metrics.declaring import PREFIX
from consumer.core.backlog import BacklogWatch


@dataclass(frozen=True, slots=True)
class BacklogFigures(Collector):
    """What is not known has no value: a 0 would say that there is nothing to do."""

    watch: BacklogWatch
    monotonic: Callable[[], float] = time.monotonic
    utc: Callable[[], float] = time.time

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield every family, also those without a value."""
        backlog = self.watch.backlog(self.monotonic(), self.utc() * 1000)
        jobs = GaugeMetricFamily(
            f"{PREFIX}backlog_jobs",
            "Jobs of a partition of ours that the group has not finished.",
            labels=("partition",),
        )
        for partition, count in backlog.jobs.items():
            jobs.add_metric([str(partition.number)], count)
        yield jobs
        yield _gauge(
            "backlog_audio_seconds",
            "Estimate of the audio in these jobs: their number times the mean of those that ran.",
            backlog.audio_seconds,
        )
        yield _gauge(
            "backlog_oldest_seconds",
            "Age of the oldest of these jobs; for those not read yet, since it was seen.",
            backlog.oldest_seconds,
        )
        yield _gauge(
            "backlog_eta_seconds",
            "Estimate of the time until this worker has worked it off, at its speed of late.",
            backlog.eta_seconds,
        )


def _gauge(name: str, meaning: str, value: float | None) -> GaugeMetricFamily:
    family = GaugeMetricFamily(PREFIX + name, meaning)
    if value is not None:
        family.add_metric([], value)
    return family
