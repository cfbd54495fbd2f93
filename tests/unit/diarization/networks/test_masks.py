"""Whether voices are pooled over the frames that stock chooses."""

from tests.conftest import needs

needs("numpy", tests="the frames that tell a voice")

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from consumer.diarization.networks.masks import embedding_masks


def chosen_by_stock(masks: NDArray[np.uint8], shortest_clean: int) -> NDArray[np.uint8]:
    """`SpeakerDiarization.get_embeddings`, one frame after the other."""
    chosen = masks.copy()
    for window, speaker in np.ndindex(masks.shape[0], masks.shape[2]):
        clean = [
            frame[speaker] if sum(map(int, frame)) < 2 else 0 for frame in masks[window].tolist()
        ]
        if sum(clean) > shortest_clean:
            chosen[window, :, speaker] = clean
    return chosen


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 30), st.integers(0, 12))
def test_frames_are_chosen_as_stock_chooses_them(
    seed: int, speakers: int, frames: int, shortest_clean: int
) -> None:
    random = np.random.default_rng(seed)
    masks = (random.random((3, frames, speakers)) < random.random()).astype(np.uint8)

    chosen = embedding_masks(masks, shortest_clean)

    assert chosen.dtype == np.uint8
    assert chosen.tolist() == chosen_by_stock(masks, shortest_clean).tolist()


def test_exactly_the_shortest_is_not_enough() -> None:
    masks = np.array([[[1, 0], [1, 0], [1, 1]]], np.uint8)

    assert embedding_masks(masks, 1)[0, :, 0].tolist() == [1, 1, 0]
    assert embedding_masks(masks, 2)[0, :, 0].tolist() == [1, 1, 1]


def test_overlaps_stay_where_the_pipeline_keeps_them() -> None:
    masks = np.array([[[1, 1], [1, 0]]], np.uint8)

    assert embedding_masks(masks, None).tolist() == masks.tolist()


def test_hundreds_of_speakers_at_once_are_still_more_than_one() -> None:
    crowd = np.ones((1, 2, 255), np.uint8)
    crowd[0, 1, 1:] = 0

    assert embedding_masks(crowd, 0)[0, :, 0].tolist() == [0, 1]
