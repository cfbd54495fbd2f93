"""Whether the frames of a recording lie where pyannote's own arithmetic puts them."""

from tests.conftest import needs

needs("pyannote", tests="the grid of frames")

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pyannote.core import SlidingWindow

from consumer.diarization.reconstruction.frames import FrameGrid
from tests.integration.diarization.reconstruction.scripted_stock import PYANNET

WINDOWS_OF_AN_HOUR = 3_591

durations = st.floats(0.005, 0.2)
steps = st.floats(0.005, 0.1)


@st.composite
def grids(draw: st.DrawFn) -> FrameGrid:
    return FrameGrid(
        duration=draw(durations),
        step=draw(steps),
        per_window=draw(st.integers(1, 600)),
        window_duration=draw(st.sampled_from([5.0, 7.5, 10.0])),
        window_step=draw(st.sampled_from([0.1, 0.3, 0.5, 1.0, 1.1, 2.5])),
    )


def frames_of(grid: FrameGrid) -> SlidingWindow:
    return SlidingWindow(start=0.0, duration=grid.duration, step=grid.step)


def windows_of(grid: FrameGrid) -> SlidingWindow:
    return SlidingWindow(start=0.0, duration=grid.window_duration, step=grid.window_step)


@given(grids() | st.just(PYANNET), st.integers(1, 5_000))
def test_windows_begin_on_the_frames_that_pyannote_calls_closest(
    grid: FrameGrid, windows: int
) -> None:
    sliding, frames = windows_of(grid), frames_of(grid)

    starts = grid.starts(windows)

    assert len(starts) == windows
    for window in {0, windows // 3, windows - 1}:
        start = sliding[window].start
        assert starts[window] == frames.closest_frame(start + 0.5 * grid.duration)


@given(grids() | st.just(PYANNET), st.integers(1, 40_000))
def test_a_recording_has_as_many_frames_as_stock_aggregates(grid: FrameGrid, windows: int) -> None:
    # As in `Inference.aggregate`, which takes the end of the last window for the end of it all.
    end = grid.window_duration + (windows - 1) * grid.window_step + 0.5 * grid.duration

    assert grid.total(windows) == frames_of(grid).closest_frame(end) + 1


@given(grids() | st.just(PYANNET), st.integers(0, 2_000_000))
def test_frames_have_the_middles_of_pyannote_bit_for_bit(grid: FrameGrid, first: int) -> None:
    frames = frames_of(grid)

    middles = grid.middles(first, first + 5)

    assert middles.tolist() == [frames[first + number].middle for number in range(5)]


def test_every_window_of_an_hour_begins_where_pyannote_says() -> None:
    sliding, frames = windows_of(PYANNET), frames_of(PYANNET)

    expected = [
        frames.closest_frame(sliding[window].start + 0.5 * PYANNET.duration)
        for window in range(WINDOWS_OF_AN_HOUR)
    ]

    np.testing.assert_array_equal(PYANNET.starts(WINDOWS_OF_AN_HOUR), expected)
    assert PYANNET.total(WINDOWS_OF_AN_HOUR) >= expected[-1] + PYANNET.per_window - 1
