"""How does a test ask the networks about a recording, and stock about the same?"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pyannote.core import SlidingWindowFeature

from consumer.diarization.networks.excerpts import Heard
from consumer.diarization.networks.lanes import Lanes
from consumer.diarization.networks.listening import Listening
from consumer.diarization.networks.networks import Networks, windowing_of
from consumer.diarization.networks.shapes import Shapes
from consumer.diarization.networks.sound import Sound, place
from tests.fakes.speech import waveform

CPU = torch.device("cpu")
SHAPES = Shapes(segmentation=4, trunk=2, crop_step=64)

Samples = NDArray[np.float32]


def sound_of(pipeline: Any, samples: Samples) -> Sound:
    return place(waveform(samples), windowing_of(pipeline), CPU)


def window_of(pipeline: Any, samples: Samples, window: int) -> torch.Tensor:
    """One window as stock cuts it, shape (samples,)."""
    windowing = windowing_of(pipeline)
    start = window * windowing.step
    piece = torch.from_numpy(samples[start : start + windowing.samples].copy())
    return torch.nn.functional.pad(piece, (0, windowing.samples - len(piece)))


def listen(networks: Networks, sounds: Sequence[Sound], lanes: int = 1) -> list[Heard]:
    with side_by_side(lanes) as running:
        return [heard for done in Listening(networks, running, sounds) for heard in done]


@contextmanager
def side_by_side(count: int) -> Iterator[Lanes]:
    lanes = Lanes(count, CPU)
    try:
        yield lanes
    finally:
        lanes.close()


def stock_masks(pipeline: Any, samples: Samples) -> SlidingWindowFeature:
    with _unheard_warnings():
        return pipeline.get_segmentations(_file(samples))


def stock_embeddings(pipeline: Any, samples: Samples, masks: SlidingWindowFeature) -> Samples:
    """Ask on one thread, as lanes do: stock's last bits depend on their number."""
    with _unheard_warnings(), _one_thread():
        found: Samples = pipeline.get_embeddings(
            _file(samples), masks, exclude_overlap=pipeline.embedding_exclude_overlap
        )
    return found


@contextmanager
def _unheard_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _file(samples: Samples) -> dict[str, Any]:
    return {"waveform": torch.from_numpy(samples.copy())[None], "sample_rate": 16_000}
