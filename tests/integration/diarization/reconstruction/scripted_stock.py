"""Stock's own `apply`, run on masks and clusters that a test wrote instead of on networks."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consumer.diarization.reconstruction.frames import FrameGrid
from consumer.diarization.runtime import mute_pyannote

DIMENSION = 4
PYANNET = FrameGrid(0.0619375, 0.016875, 589, 10.0, 1.0)
"""The frames of the published segmentation networks."""


@dataclass(frozen=True, slots=True)
class Script:
    """What segmentation and clustering are to say of one recording."""

    grid: FrameGrid
    masks: NDArray[np.uint8]
    clusters: NDArray[np.integer]
    centroids: NDArray[np.floating]
    min_duration_off: float = 0.0
    max_speakers: int | None = None


def stock_says(script: Script) -> Any:
    """Return stock's `DiarizeOutput`: everything from the counting of speakers on is its own."""
    with _unheard_warnings():
        return _stock(script).apply({"uri": "recording"}, max_speakers=script.max_speakers)


def stock_counts(script: Script) -> NDArray[np.uint8]:
    """Return stock's number of speakers in each frame."""
    stock = _stock(script)
    frames = stock._segmentation.model.receptive_field
    with _unheard_warnings():
        count = stock.speaker_count(stock.get_segmentations(), frames, warm_up=(0.0, 0.0))
    return np.asarray(count.data)[:, 0]


@contextmanager
def _unheard_warnings() -> Iterator[None]:
    """Stock warns of windows that lie apart and of more speakers than were asked for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _stock(script: Script) -> Any:
    """Return a pipeline that has no networks, only what `apply` asks for."""
    mute_pyannote()
    from pyannote.audio.core.pipeline import Pipeline
    from pyannote.audio.pipelines import SpeakerDiarization
    from pyannote.core import SlidingWindow, SlidingWindowFeature

    grid = script.grid
    stock: Any = SpeakerDiarization.__new__(SpeakerDiarization)
    vars(Pipeline)["__init__"](stock)
    stock.legacy = stock.embedding_exclude_overlap = stock._expects_num_speakers = False
    stock.segmentation = SimpleNamespace(min_duration_off=script.min_duration_off)
    stock._embedding = SimpleNamespace(dimension=DIMENSION)
    stock._segmentation = SimpleNamespace(
        model=SimpleNamespace(
            specifications=SimpleNamespace(powerset=True),
            receptive_field=SlidingWindow(start=0.0, duration=grid.duration, step=grid.step),
        )
    )
    stock.get_segmentations = lambda *_, **__: SlidingWindowFeature(
        script.masks.astype(np.float32),
        SlidingWindow(start=0.0, duration=grid.window_duration, step=grid.window_step),
    )
    stock.get_embeddings = lambda *_, **__: None
    stock.clustering = lambda **_: (script.clusters.copy(), None, script.centroids)
    return stock
