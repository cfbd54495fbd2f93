"""What does a device do while the engine works? Asked in the process that uses it."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

from tests.benchmarks.engine.passes import ready
from tests.benchmarks.engine.variants import Variant

if TYPE_CHECKING:
    from tests.benchmarks.engine.recordings import Samples

SAMPLING_SECONDS = 0.1
KERNELS = 20
"""How many of the slowest are shown."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one pass took of the device."""

    peak_mb: float
    """Of its memory, weights included, as torch allocated it."""
    busy_share: float | None
    """Of the time, as NVML samples it; None: nvidia-ml-py is not installed."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What torch's profiler saw of one pass."""

    kernels: str
    """The slowest, as a table."""
    busy_share: float
    """Of the time from the first to the last; streams that overlap count once."""


def describe(device: str) -> dict[str, str]:
    """Return the name of the device and the versions of what drives it."""
    import torch

    if not device.startswith("cuda"):
        return {"device": device}
    return {
        "device": torch.cuda.get_device_name(device),
        "cuda": str(torch.version.cuda),
        "cudnn": str(torch.backends.cudnn.version()),  # type: ignore[no-untyped-call]
    }


def usage_of(variant: Variant, directory: Path, recordings: "Sequence[Samples]") -> Usage:
    """Diarize once and watch the device."""
    import torch

    listen = ready(variant, directory)
    if not variant.device.startswith("cuda"):
        listen(recordings)
        return Usage(0.0, None)
    torch.cuda.reset_peak_memory_stats(variant.device)
    with _sampled_utilization() as percents:
        listen(recordings)
    peak = torch.cuda.max_memory_allocated(variant.device) / 2**20
    return Usage(peak, mean(percents) / 100 if percents else None)


def profile_of(variant: Variant, directory: Path, recordings: "Sequence[Samples]") -> Profile:
    """Diarize once under the profiler, which slows it down."""
    from torch._C._profiler import _ExperimentalConfig
    from torch.profiler import ProfilerActivity, profile

    listen = ready(variant, directory)
    on_cuda = variant.device.startswith("cuda")
    activity = ProfilerActivity.CUDA if on_cuda else ProfilerActivity.CPU
    # On a CPU the profiler would see this thread alone, and it is the lanes that work.
    every_thread = _ExperimentalConfig(profile_all_threads=True)
    with profile(
        activities=[activity], experimental_config=every_thread, acc_events=True
    ) as profiler:
        listen(recordings)
    order = "self_device_time_total" if on_cuda else "self_cpu_time_total"
    table: str = profiler.key_averages().table(
        sort_by=order, row_limit=KERNELS, max_name_column_width=80
    )
    spans = [
        (event.time_range.start, event.time_range.end)
        for event in profiler.events() or []
        if event.device_type.name == activity.name
    ]
    return Profile(table, covered_share(spans))


def is_steady(variant: Variant, directory: Path) -> bool:
    """Whether a window has the same bits in any company, as the engine finds out at its start."""
    from consumer.diarization.networks.trial import try_out
    from tests.benchmarks.engine.listeners import engine

    loaded = engine(variant, directory)
    return try_out(loaded._networks, loaded._windowing, loaded._device).is_steady


def covered_share(spans: Sequence[tuple[float, float]]) -> float:
    """Return what part of the time from the first start to the last end lies within spans."""
    if not spans:
        return 0.0
    covered, reached = 0.0, min(spans)[0]
    for start, end in sorted(spans):
        covered += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return covered / (reached - min(spans)[0])


@contextmanager
def _sampled_utilization() -> Iterator[list[int]]:
    """Collect how busy the first device is, in percent; nothing where NVML cannot be asked."""
    percents: list[int] = []
    if find_spec("pynvml") is None:
        yield percents
        return
    nvml: Any = import_module("pynvml")
    nvml.nvmlInit()
    handle = nvml.nvmlDeviceGetHandleByIndex(0)
    done = threading.Event()

    def sample() -> None:
        while not done.wait(SAMPLING_SECONDS):
            percents.append(nvml.nvmlDeviceGetUtilizationRates(handle).gpu)

    sampler = threading.Thread(target=sample, name="utilization")
    sampler.start()
    try:
        yield percents
    finally:
        done.set()
        sampler.join()
        nvml.nvmlShutdown()
