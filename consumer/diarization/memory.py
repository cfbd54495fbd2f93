"""How does the memory of a model that is gone, or of a batch that failed, become free?"""

import gc

import torch
from pyannote.audio.models.blocks.sincnet import SincNet
from pyannote.audio.models.embedding.wespeaker import BaseWeSpeakerResNet
from pyannote.audio.models.embedding.wespeaker.resnet import BasicBlock, Bottleneck, ResNet
from pyannote.audio.models.segmentation import PyanNet, SSeRiouSS

from consumer.diarization.allocator import give_back

REMEMBERED = (BaseWeSpeakerResNet, BasicBlock, Bottleneck, PyanNet, ResNet, SSeRiouSS, SincNet)
"""Pyannote caches their frame counts, and with them the modules themselves."""


def release_device_memory() -> None:
    """Return what nobody refers to any more to the device and to the operating system."""
    for network in REMEMBERED:
        network.num_frames.cache_clear()
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    give_back()
