"""How much of an accelerator do the models take?"""

import torch

from consumer.core.device_failures import explained

USABLE_SHARE = 0.9
"""Of what is free at the start: allocators round up, and libraries take some for themselves."""


class CudaMemory:
    """What torch holds of an accelerator; other libraries only lessen what is free.

    Raises `DeviceDead`.
    """

    def __init__(self, device: torch.device, limit_bytes: int | None = None) -> None:
        self._device = device
        self._limit_bytes = limit_bytes

    def capacity_bytes(self) -> int:
        """Return the limit, else nearly all that is free now."""
        if self._limit_bytes is not None:
            return self._limit_bytes
        with explained():
            free, _ = torch.cuda.mem_get_info(self._device)
        return int(free * USABLE_SHARE)

    def used_bytes(self) -> int:
        with explained():
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats(self._device)
            return torch.cuda.memory_allocated(self._device)

    def peak_bytes(self) -> int:
        with explained():
            return torch.cuda.max_memory_allocated(self._device)
