"""Whether turns begin and end in the middle of the right frames."""

from tests.conftest import needs

needs("pyannote.core", tests="the building of turns")

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from consumer.diarization.reconstruction.frames import FrameGrid
from consumer.diarization.reconstruction.turn_building import TurnBuilder

SECONDS = FrameGrid(duration=1.0, step=1.0, per_window=4, window_duration=4.0, window_step=1.0)
"""The middles of its frames: 0.5, 1.5, 2.5, …"""
Turns = list[tuple[float, float, int]]


def built(*stretches: str, min_duration_off: float = 0.0) -> Turns:
    """The turns of one cluster, whose frames are written as x (active) or - (not)."""
    builder = TurnBuilder(SECONDS, clusters=1)
    for stretch in stretches:
        builder.feed(np.array([frame == "x" for frame in stretch], dtype=bool)[:, None])
    return [
        (segment.start, segment.end, cluster)
        for segment, _, cluster in builder.build(min_duration_off).itertracks(yield_label=True)
    ]


def test_a_turn_ends_in_the_middle_of_the_frame_after_it() -> None:
    assert built("-xx--") == [(1.5, 3.5, 0)]


def test_a_turn_may_begin_with_the_recording() -> None:
    assert built("x--") == [(0.5, 1.5, 0)]


def test_a_turn_that_does_not_end_ends_in_the_middle_of_the_last_frame() -> None:
    assert built("-xxx") == [(1.5, 3.5, 0)]


def test_a_turn_that_begins_in_the_last_frame_is_none() -> None:
    assert built("x--x") == [(0.5, 1.5, 0)]


def test_a_recording_of_one_frame_has_no_turns() -> None:
    assert built("x") == []


def test_pauses_up_to_the_shortest_that_counts_are_filled() -> None:
    assert built("x-x---x-", min_duration_off=1.5) == [(0.5, 3.5, 0), (6.5, 7.5, 0)]


def test_turns_are_sorted_by_start_whoever_speaks() -> None:
    builder = TurnBuilder(SECONDS, clusters=2)

    builder.feed(np.array([[0, 1], [1, 1], [1, 0], [0, 0], [0, 1], [0, 0]], dtype=bool))

    turns = builder.build(min_duration_off=0.0).itertracks(yield_label=True)
    assert [(segment.start, cluster) for segment, _, cluster in turns] == [
        (0.5, 1),
        (1.5, 0),
        (4.5, 1),
    ]


@given(st.text("x-", min_size=1), st.data())
def test_turns_do_not_depend_on_where_stretches_end(frames: str, data: st.DataObject) -> None:
    border = data.draw(st.integers(0, len(frames)))
    whole = built(frames)

    assert built(frames[:border], frames[border:]) == whole
