"""Which figures does the worker expose?

All metrics are declared by noun in `consumer.adapters.metrics`: prefix `turnstream_`, base units,
labels from closed sets only. Those that are computed at the scrape come as collectors, with what
prometheus-client tells of the process.
"""

import platform
from collections.abc import Mapping
from importlib.metadata import version
from types import ModuleType

from prometheus_client import CollectorRegistry, ProcessCollector

from consumer.adapters.backlog import BacklogFigures
from consumer.adapters.gpu import GpuFigures
from consumer.adapters.metrics.declaring import Declare
from consumer.adapters.metrics.delivery import DeliveryMetrics
from consumer.adapters.metrics.device import DeviceMetrics
from consumer.adapters.metrics.jobs import JobMetrics
from consumer.core.backlog import BacklogWatch


class Metrics:
    """The metrics of one worker, on a registry of their own."""

    def __init__(
        self, gpus: ModuleType | None = None, worker: Mapping[str, str] | None = None
    ) -> None:
        """`worker`: what tells this worker from others; see `WORKER_LABELS`."""
        self.registry = CollectorRegistry()
        declare = Declare(self.registry)
        self.jobs = JobMetrics(declare)
        self.device = DeviceMetrics(declare)
        self.delivery = DeliveryMetrics(declare)
        self.backlog = BacklogWatch()
        self.registry.register(BacklogFigures(self.backlog))
        self.registry.register(GpuFigures(gpus))
        ProcessCollector(registry=self.registry)
        _say_who(declare, worker or {})


WORKER_LABELS = ("worker", "group", "jobs_topic", "delivery", "engine", "device")


def _say_who(declare: Declare, worker: Mapping[str, str]) -> None:
    build = declare.gauge("build_info", "1; the labels say which build runs.", "version", "python")
    build.labels(version("turnstream"), platform.python_version()).set(1)
    about = declare.gauge("worker_info", "1; the labels say who runs, and how.", *WORKER_LABELS)
    about.labels(*(worker.get(label, "") for label in WORKER_LABELS)).set(1)
