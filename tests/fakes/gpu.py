"""GPUs as their driver's library tells of them, without any."""

from types import ModuleType, SimpleNamespace


class NVMLError(Exception):
    """As the driver's library has it."""


def driver(*busy_percent: int | None) -> ModuleType:
    """A driver that sees so many GPUs; None: one that has fallen off the bus."""

    def utilization(index: int) -> SimpleNamespace:
        if busy_percent[index] is None:
            raise NVMLError("GPU is lost")
        return SimpleNamespace(gpu=busy_percent[index])

    library = ModuleType("pynvml")
    library.__dict__.update(
        NVMLError=NVMLError,
        nvmlDeviceGetCount=lambda: len(busy_percent),
        nvmlDeviceGetHandleByIndex=lambda index: index,
        nvmlDeviceGetUtilizationRates=utilization,
        nvmlDeviceGetMemoryInfo=lambda index: SimpleNamespace(used=7 * (index + 1), total=100),
    )
    return library
