"""Whether turns, names and voices are those of stock, whatever windows and clusters say."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from consumer.diarization.clustering.evidence import NOBODY
from consumer.diarization.reconstruction.counting import speaker_count
from consumer.diarization.reconstruction.frames import FrameGrid
from tests.integration.diarization.reconstruction.both_answers import assert_same, said_by_us
from tests.integration.diarization.reconstruction.scripted_stock import (
    DIMENSION,
    PYANNET,
    Script,
    stock_counts,
    stock_says,
)

COARSE = FrameGrid(0.61, 0.43, 22, 10.0, 1.0)
"""So few frames that many of them are the first, the last or the border of something."""
APART = FrameGrid(0.4, 0.3, 9, 3.0, 4.0)
"""Between its windows lie frames that no window sees."""
FRAME_BY_FRAME = FrameGrid(0.5, 0.25, 40, 10.0, 0.25)


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    """Masks that stay what they are for a while, and clusters without rhyme or reason."""
    grid = draw(st.sampled_from([COARSE, COARSE, APART, FRAME_BY_FRAME, PYANNET]))
    windows = draw(st.integers(1, 5 if grid is PYANNET else 40))
    number = draw(st.one_of(st.integers(1, 4), st.integers(1, 30)))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    masks = _masks(draw, random, (windows, grid.per_window, draw(st.integers(1, 3))))
    clusters = random.integers(0, number, (windows, masks.shape[2]))
    clusters[random.random(clusters.shape) < draw(st.sampled_from([0.0, 0.3]))] = NOBODY
    return Script(
        grid,
        masks,
        clusters.astype(draw(st.sampled_from([np.int8, np.int32, np.int64]))),
        _voices(number).astype(draw(st.sampled_from([np.float32, np.float64]))),
        draw(st.sampled_from([0.0, 0.0, 0.5])),
        draw(st.sampled_from([None, None, 1, 2, number])),
    )


def _masks(
    draw: st.DrawFn, random: np.random.Generator, shape: tuple[int, int, int]
) -> NDArray[np.uint8]:
    changes = random.random(shape) < draw(st.sampled_from([1.0, 0.3, 0.05]))
    masks = _held(random.random(shape) < draw(st.sampled_from([0.02, 0.3, 0.6, 0.95])), changes)
    if draw(st.booleans()):
        masks[:, :, 1:] = masks[:, :, :1]
    masks *= random.random((shape[0], 1, shape[2])) >= draw(st.sampled_from([0.0, 0.0, 0.5]))
    return masks


def _held(states: NDArray[np.bool_], changes: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Every frame takes the state of the last frame where something changed."""
    frames = np.where(changes, np.arange(states.shape[1])[:, None], 0)
    last = np.maximum.accumulate(frames, axis=1)
    return np.take_along_axis(states, last, axis=1).astype(np.uint8)


def _voices(number: int) -> NDArray[np.float64]:
    voices = np.arange(number * DIMENSION, dtype=float).reshape(number, DIMENSION)
    voices[::3] = np.nan
    return voices


def said_by_stock(script: Script) -> Any:
    """Return stock's answer, or None: some scripts are too much for it."""
    try:
        return stock_says(script)
    except (IndexError, ValueError):
        return None


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scripts())
def test_the_hypothesis_is_that_of_stock(script: Script) -> None:
    stock = said_by_stock(script)
    assume(stock is not None)

    hypothesis = said_by_us(script)

    assert_same(hypothesis, stock)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scripts())
def test_as_many_speak_at_once_as_stock_counts(script: Script) -> None:
    count = speaker_count(script.masks, script.grid)

    expected = stock_counts(script)

    assert count.dtype == expected.dtype
    np.testing.assert_array_equal(count, expected)


def test_silence_has_neither_turns_nor_voices() -> None:
    silence = Script(
        COARSE, np.zeros((3, 22, 3), np.uint8), np.zeros((3, 3), int), np.ones((1, DIMENSION))
    )

    hypothesis = said_by_us(silence)

    assert_same(hypothesis, stock_says(silence))
    assert hypothesis.turns == hypothesis.exclusive == ()
    assert hypothesis.speakers == ()
    assert hypothesis.centroids.shape == (0, DIMENSION)


def test_more_voices_at_once_than_clusters_get_speakers_whose_embedding_is_zero() -> None:
    duet = Script(
        COARSE, np.ones((3, 22, 2), np.uint8), np.zeros((3, 2), int), np.ones((1, DIMENSION))
    )

    hypothesis = said_by_us(duet)

    assert_same(hypothesis, stock_says(duet))
    assert hypothesis.speakers == ("SPEAKER_00", "SPEAKER_01")
    assert hypothesis.centroids.tolist() == [[1.0] * DIMENSION, [0.0] * DIMENSION]


def test_clusters_of_those_who_say_nothing_do_not_count() -> None:
    """Which of the silent clusters numpy ranks first depends on how many there are."""
    masks = np.ones((2, 22, 3), np.uint8)
    masks[:, :, 2] = [[1], [0]]
    clusters = np.array([[4, 4, 4], [4, 4, 300]])
    choir = Script(COARSE, masks, clusters, _voices(301))

    hypothesis = said_by_us(choir)

    assert_same(hypothesis, stock_says(choir))
    assert len(hypothesis.speakers) == 3


def test_turns_of_the_same_moment_are_in_the_order_of_stocks_track_names() -> None:
    clusters = np.tile([1, 26], (12, 1))
    chorus = Script(COARSE, np.ones((12, 22, 2), np.uint8), clusters, _voices(27))

    hypothesis = said_by_us(chorus)

    assert_same(hypothesis, stock_says(chorus))
    # Their tracks are called B and AA.
    assert [turn.speaker for turn in hypothesis.turns] == ["SPEAKER_01", "SPEAKER_00"]


def test_more_than_a_hundred_speakers_are_named_and_heard_as_by_stock() -> None:
    crowd = Script(
        APART, np.ones((130, 9, 1), np.uint8), np.arange(130).reshape(130, 1), _voices(130)
    )

    hypothesis = said_by_us(crowd)

    assert_same(hypothesis, stock_says(crowd))
    assert hypothesis.speakers[10:13] == ("SPEAKER_10", "SPEAKER_100", "SPEAKER_101")
    # As text, 42 of the numbers up to 129 come before 2.
    assert hypothesis.turns[2].speaker == "SPEAKER_42"


def test_speech_that_belongs_to_no_cluster_is_still_said_to_be_speech() -> None:
    """Stock fails here: constrained clustering of one voice may leave out all who speak."""
    homeless = Script(
        COARSE, np.ones((3, 22, 1), np.uint8), np.full((3, 1), NOBODY), np.ones((1, DIMENSION))
    )
    with pytest.raises(ValueError, match="negative dimensions"):
        stock_says(homeless)

    hypothesis = said_by_us(homeless)

    assert {turn.speaker for turn in hypothesis.turns} == {"SPEAKER_00"}
    assert hypothesis.turns == hypothesis.exclusive
