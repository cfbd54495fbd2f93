"""How does the memory of a model that is gone, or of a batch that failed, become free?"""

import gc

import torch

from consumer.diarization.allocator import give_back


def release_device_memory() -> None:
    """Return what nobody refers to any more to the device and to the operating system."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    give_back()
