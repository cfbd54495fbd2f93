"""Whether the windows that see a moment agree on how many speak in it."""

from tests.conftest import needs

needs("numpy", tests="the counting of speakers")

import numpy as np

from consumer.diarization.reconstruction.counting import speaker_count
from consumer.diarization.reconstruction.frames import FrameGrid

IN_STEP = FrameGrid(duration=0.5, step=0.5, per_window=4, window_duration=2.0, window_step=1.0)


def test_two_voices_in_the_only_window_are_two() -> None:
    masks = np.array([[[1, 1, 0], [1, 0, 0], [0, 0, 0], [1, 0, 1]]], np.uint8)

    assert speaker_count(masks, IN_STEP).tolist() == [2, 1, 0, 2, 0]


def test_where_windows_disagree_the_mean_is_rounded_and_halves_to_the_even_number() -> None:
    first = [[0, 0, 0], [0, 0, 0], [1, 0, 0], [1, 1, 0]]
    second = [[0, 0, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0]]

    count = speaker_count(np.array([first, second], np.uint8), IN_STEP)

    assert count.tolist() == [0, 0, 0, 2, 0, 0, 0]
