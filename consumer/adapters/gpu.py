"""How busy are the GPUs, and how full is their memory, as their driver sees it?"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from consumer.adapters.metrics.declaring import PREFIX

log = logging.getLogger("turnstream.worker")


Ask = Callable[[ModuleType, Any], float]

_FIGURES: tuple[tuple[str, str, Ask], ...] = (
    (
        "gpu_utilization_ratio",
        "Share of the last second in which a GPU was at work.",
        lambda nvml, gpu: nvml.nvmlDeviceGetUtilizationRates(gpu).gpu / 100,
    ),
    (
        "gpu_memory_used_bytes",
        "Memory of a GPU that is in use, by whomever.",
        lambda nvml, gpu: nvml.nvmlDeviceGetMemoryInfo(gpu).used,
    ),
    (
        "gpu_memory_total_bytes",
        "Memory that a GPU has.",
        lambda nvml, gpu: nvml.nvmlDeviceGetMemoryInfo(gpu).total,
    ),
)


@dataclass(frozen=True, slots=True)
class GpuFigures(Collector):
    """Every GPU that this process may see, by its number; none without a driver."""

    nvml: ModuleType | None
    """nvidia-ml-py, which has no types, once it has reached the driver."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield every family, also those without a value."""
        for name, meaning, ask in _FIGURES:
            family = GaugeMetricFamily(f"{PREFIX}{name}", meaning, labels=("gpu",))
            if self.nvml is not None:
                for number, value in _told(self.nvml, ask):
                    family.add_metric([str(number)], value)
            yield family


def _told(nvml: ModuleType, ask: Ask) -> Iterator[tuple[int, float]]:
    """Ask each GPU; one that is lost, or a slice that does not know, takes no other with it."""
    for number in range(nvml.nvmlDeviceGetCount()):
        try:
            yield number, ask(nvml, nvml.nvmlDeviceGetHandleByIndex(number))
        except nvml.NVMLError as error:
            log.debug("a GPU does not tell", extra={"gpu": number, "reason": str(error)})


def nvml() -> ModuleType | None:
    """Reach the driver; None where there is none, or nvidia-ml-py is not installed."""
    try:
        pynvml = import_module("pynvml")
    except ImportError:
        return None
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return None
    return pynvml
