"""Whether the GPUs are told of as their driver sees them, and a machine without any is none."""

from types import ModuleType, SimpleNamespace

from prometheus_client import CollectorRegistry, generate_latest

from consumer.adapters.gpu import GpuFigures


class NVMLError(Exception):
    """As the driver's library has it."""


def driver(*busy_percent: int | None) -> ModuleType:
    """A driver that sees so many GPUs; None: one that has fallen off the bus."""

    def utilization(index: int) -> SimpleNamespace:
        if busy_percent[index] is None:
            raise NVMLError("GPU is lost")
        return SimpleNamespace(gpu=busy_percent[index])

    nvml = ModuleType("pynvml")
    nvml.__dict__.update(
        NVMLError=NVMLError,
        nvmlDeviceGetCount=lambda: len(busy_percent),
        nvmlDeviceGetHandleByIndex=lambda index: index,
        nvmlDeviceGetUtilizationRates=utilization,
        nvmlDeviceGetMemoryInfo=lambda index: SimpleNamespace(used=7 * (index + 1), total=100),
    )
    return nvml


def figures(nvml: ModuleType | None) -> list[str]:
    registry = CollectorRegistry()
    registry.register(GpuFigures(nvml))
    lines = generate_latest(registry).decode().splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_each_gpu_has_its_load_and_its_memory() -> None:
    assert figures(driver(50, 0)) == [
        'turnstream_gpu_utilization_ratio{gpu="0"} 0.5',
        'turnstream_gpu_utilization_ratio{gpu="1"} 0.0',
        'turnstream_gpu_memory_used_bytes{gpu="0"} 7.0',
        'turnstream_gpu_memory_used_bytes{gpu="1"} 14.0',
        'turnstream_gpu_memory_total_bytes{gpu="0"} 100.0',
        'turnstream_gpu_memory_total_bytes{gpu="1"} 100.0',
    ]


def test_a_gpu_that_is_lost_takes_no_other_figure_with_it() -> None:
    assert len(figures(driver(50, None))) == 3


def test_without_a_driver_there_is_no_figure() -> None:
    assert figures(None) == []
