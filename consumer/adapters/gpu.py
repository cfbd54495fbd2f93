"""How busy are the GPUs, and how full is their memory, as their driver sees it?"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from consumer.adapters.metrics.declaring import PREFIX

log = logging.getLogger("turnstream.worker")


@dataclass(frozen=True, slots=True)
class GpuFigures(Collector):
    """Every GPU that this process may see, by its number; none without a driver."""

    nvml: ModuleType | None
    """nvidia-ml-py, which has no types, once it has reached the driver."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield every family, also those without a value."""
        busy, used, total = (
            GaugeMetricFamily(f"{PREFIX}{name}", meaning, labels=("gpu",))
            for name, meaning in (
                ("gpu_utilization_ratio", "Share of the last second in which a GPU was at work."),
                ("gpu_memory_used_bytes", "Memory of a GPU that is in use, by whomever."),
                ("gpu_memory_total_bytes", "Memory that a GPU has."),
            )
        )
        for gpu, utilization, memory in self._looked():
            busy.add_metric([gpu], utilization / 100)
            used.add_metric([gpu], memory.used)
            total.add_metric([gpu], memory.total)
        yield from (busy, used, total)

    def _looked(self) -> Iterator[tuple[str, float, Any]]:
        nvml = self.nvml
        if nvml is None:
            return
        try:
            for index in range(nvml.nvmlDeviceGetCount()):
                handle = nvml.nvmlDeviceGetHandleByIndex(index)
                utilization = nvml.nvmlDeviceGetUtilizationRates(handle).gpu
                yield str(index), utilization, nvml.nvmlDeviceGetMemoryInfo(handle)
        except nvml.NVMLError as error:  # a lost GPU must not take the other figures with it
            log.debug("the driver does not tell about a GPU", extra={"reason": str(error)})


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
