"""Whether windows are added up frame by frame, however many are taken at once."""

import pytest

from tests.conftest import needs

needs("numpy", tests="the overlap of windows")

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from consumer.diarization.reconstruction import overlap_add as module
from consumer.diarization.reconstruction.frames import FrameGrid
from consumer.diarization.reconstruction.overlap_add import overlap_add

HALF_SECONDS = FrameGrid(duration=0.5, step=0.5, per_window=4, window_duration=2.0, window_step=1.0)
"""Windows of four frames, each of which begins two frames after the one before."""
APART = FrameGrid(duration=0.5, step=0.5, per_window=2, window_duration=1.0, window_step=2.5)
NOBODY = -1


def added(
    grid: FrameGrid, candidates: NDArray[np.int64], number: int, votes: NDArray[np.uint8]
) -> list[list[float]]:
    stretches = list(overlap_add(grid, candidates, number, votes.__getitem__))
    assert [frames.start for frames, _ in stretches[1:]] == [
        frames.stop for frames, _ in stretches[:-1]
    ]
    whole: list[list[float]] = np.hstack([sums for _, sums in stretches]).tolist()
    return whole


def test_windows_are_added_where_they_overlap() -> None:
    votes = np.array([[[1, 1, 1, 1]], [[1, 0, 1, 0]]], np.uint8)

    sums = added(HALF_SECONDS, np.zeros((2, 1), int), 1, votes)

    assert sums == [[1, 1, 2, 1, 1, 0, 0]]


def test_each_voter_votes_for_one_candidate_or_for_none() -> None:
    votes = np.ones((2, 2, 4), np.uint8)

    sums = added(HALF_SECONDS, np.array([[1, 0], [NOBODY, 1]]), 2, votes)

    assert sums == [[1, 1, 1, 1, 0, 0, 0], [1, 1, 2, 2, 1, 1, 0]]


def test_frames_that_no_window_sees_have_no_votes() -> None:
    sums = added(APART, np.zeros((2, 1), int), 1, np.ones((2, 1, 2), np.uint8))

    assert sums == [[1, 1, 0, 0, 0, 1, 1, 0]]


@given(
    st.sampled_from([HALF_SECONDS, APART]),
    st.integers(1, 20),
    st.integers(1, 25),
    st.integers(0, 2**32 - 1),
)
def test_the_sums_do_not_depend_on_how_many_windows_are_taken_at_once(
    grid: FrameGrid, windows: int, at_once: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    votes = random.integers(0, 2, (windows, 2, grid.per_window)).astype(np.uint8)
    candidates = random.integers(NOBODY, 3, (windows, 2))
    whole = added(grid, candidates, 3, votes)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "WINDOWS_AT_ONCE", at_once)
        piecemeal = added(grid, candidates, 3, votes)

    assert piecemeal == whole
