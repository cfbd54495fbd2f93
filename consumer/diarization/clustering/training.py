"""Which (window, speaker) pairs speak alone for long enough to say whose voice it is?"""

import numpy as np
from numpy.typing import NDArray

WINDOWS = 512
"""A block of masks of this many windows is 1 MB: nothing is computed of all at once."""

Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Windows and local speakers, each of shape (pairs,): what one indexes embeddings with."""


def training_pairs(
    embeddings: NDArray[np.floating], masks: NDArray[np.generic], least_alone: float
) -> Pairs:
    """Return the pairs that clusters are learned from, in order.

    These speak alone in at least the share `least_alone` of the frames of their window. Embeddings
    have the shape (windows, local speakers, dimension), those with a NaN are left out; masks have
    the shape (windows, frames, local speakers).
    """
    usable = np.concatenate(
        [
            _speak_alone(masks[start : start + WINDOWS], least_alone)
            & ~np.isnan(embeddings[start : start + WINDOWS]).any(axis=2)
            for start in range(0, len(embeddings), WINDOWS)
        ]
    )
    windows, speakers = np.nonzero(usable)
    return windows, speakers


def directions(voices: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return voices brought to length one; those of length zero are NaN, which linkage refuses."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(voices / np.linalg.norm(voices, axis=1, keepdims=True))


def mean_voices(voices: NDArray[np.floating], clusters: NDArray[np.intp]) -> NDArray[np.floating]:
    """Return the mean voice of each cluster, shape (clusters, dimension).

    The voices have the shape (voices, dimension); their clusters are numbered from 0 without gaps.
    """
    in_order, last = np.argsort(clusters, kind="stable"), np.cumsum(np.bincount(clusters))[:-1]
    return np.vstack([np.mean(voices[some], axis=0) for some in np.split(in_order, last)])


def silent_pairs(masks: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Tell who never speaks in a window, shape (windows, local speakers); masks as above."""
    return np.asarray(~masks.any(axis=1))


def _speak_alone(masks: NDArray[np.generic], least_alone: float) -> NDArray[np.bool_]:
    alone = np.sum(masks, axis=2, keepdims=True) == 1
    clean_frames = np.sum(masks * alone, axis=1)
    return np.asarray(clean_frames >= least_alone * masks.shape[1])
