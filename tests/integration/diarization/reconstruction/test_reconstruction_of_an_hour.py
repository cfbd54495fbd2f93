"""Whether an hour of conversation becomes the turns of stock, and in how little memory."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.integration.diarization.reconstruction.both_answers import assert_same, said_by_us
from tests.integration.diarization.reconstruction.scripted_stock import (
    DIMENSION,
    PYANNET,
    Script,
    stock_says,
)

HOUR_OF_WINDOWS = 3_591
PEOPLE = 6
MEGABYTE = 2**20


@pytest.fixture(scope="module")
def hour() -> Script:
    """What windows of 10 s hear of six people, each window a little early or late."""
    random = np.random.default_rng(0)
    speaking = _speaking(random, PYANNET.total(HOUR_OF_WINDOWS))
    latest = len(speaking) - PYANNET.per_window
    late = random.integers(-3, 4, HOUR_OF_WINDOWS)
    starts = np.clip(PYANNET.starts(HOUR_OF_WINDOWS) + late, 0, latest)
    heard = (speaking[start : start + PYANNET.per_window] for start in starts)
    masks, clusters = zip(*(_loudest(random, window) for window in heard), strict=True)
    centroids = np.arange(PEOPLE * DIMENSION, dtype=np.float32).reshape(PEOPLE, DIMENSION)
    return Script(PYANNET, np.stack(masks), np.stack(clusters), centroids)


def _speaking(random: np.random.Generator, frames: int) -> NDArray[np.uint8]:
    """Turns of some three seconds, with pauses and interruptions; shape (frames, people)."""
    speaking = np.zeros((frames, PEOPLE), np.uint8)
    start = 0
    while start < frames:
        end = start + int(random.exponential(180)) + 10
        speaking[start:end, random.integers(PEOPLE)] = 1
        start = end + int(random.integers(-40, 60))
    return speaking


def _loudest(
    random: np.random.Generator, heard: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """Return the masks of the three who speak most, in no order, and who they are."""
    people = random.permutation(np.argsort(heard.sum(axis=0))[-3:])
    return heard[:, people], people


@pytest.mark.parametrize(
    ("min_duration_off", "max_speakers"), [(0.0, None), (0.5, 1)], ids=["plain", "bounded"]
)
def test_an_hour_has_the_turns_of_stock(
    hour: Script, min_duration_off: float, max_speakers: int | None
) -> None:
    script = replace(hour, min_duration_off=min_duration_off, max_speakers=max_speakers)

    hypothesis = said_by_us(script)

    assert_same(hypothesis, stock_says(script))
    assert len(hypothesis.turns) > 500


def test_an_hour_needs_a_few_megabytes(hour: Script) -> None:
    """One array of all windows times all clusters, as stock has four, would hold 100."""
    tracemalloc.start()
    try:
        said_by_us(hour)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak_bytes < 5 * MEGABYTE
