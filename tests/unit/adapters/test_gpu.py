"""Whether the GPUs are told of as their driver sees them, and a machine without any is none."""

import sys
from types import ModuleType

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from consumer.adapters.gpu import GpuFigures, nvml
from tests.fakes.gpu import NVMLError, driver


def figures(library: ModuleType | None) -> list[str]:
    registry = CollectorRegistry()
    registry.register(GpuFigures(library))
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


def test_a_gpu_that_does_not_know_takes_no_other_figure_with_it() -> None:
    told = figures(driver(50, None))

    assert len(told) == 5
    assert 'turnstream_gpu_utilization_ratio{gpu="1"}' not in "".join(told)


def test_without_a_driver_there_is_no_figure() -> None:
    assert figures(None) == []


def test_a_library_that_reaches_no_driver_is_as_good_as_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse() -> None:
        raise NVMLError("driver not loaded")

    library = driver()
    library.__dict__["nvmlInit"] = refuse
    monkeypatch.setitem(sys.modules, "pynvml", library)
    assert nvml() is None

    library.__dict__["nvmlInit"] = lambda: None
    assert nvml() is library


def test_without_the_library_there_is_no_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", None)

    assert nvml() is None
