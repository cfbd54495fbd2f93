"""Which (window, speaker) pairs speak alone for long enough to say whose voice it is?"""

import numpy as np
from numpy.typing import NDArray

WINDOWS = 512
"""A block of masks of this many windows is 1 MB: nothing is computed of all at once."""


def training_pairs(
    embeddings: NDArray[np.floating], masks: NDArray[np.generic], min_active_ratio: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return windows and speakers of the pairs that clusters are learned from, in order."""
    usable = np.concatenate(
        [
            _speak_alone(masks[start : start + WINDOWS], min_active_ratio)
            & ~np.isnan(embeddings[start : start + WINDOWS]).any(axis=2)
            for start in range(0, len(embeddings), WINDOWS)
        ]
    )
    windows, speakers = np.nonzero(usable)
    return windows, speakers


def mean_voices(voices: NDArray[np.floating], clusters: NDArray[np.intp]) -> NDArray[np.floating]:
    """Return the mean voice of each cluster; the clusters are numbered from 0 without gaps."""
    in_order, last = np.argsort(clusters, kind="stable"), np.cumsum(np.bincount(clusters))[:-1]
    return np.vstack([np.mean(voices[some], axis=0) for some in np.split(in_order, last)])


def silent_pairs(masks: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Tell which speakers of which windows never speak."""
    return np.asarray(~masks.any(axis=1))


def _speak_alone(masks: NDArray[np.generic], min_active_ratio: float) -> NDArray[np.bool_]:
    alone = np.sum(masks, axis=2, keepdims=True) == 1
    clean_frames = np.sum(masks * alone, axis=1)
    return np.asarray(clean_frames >= min_active_ratio * masks.shape[1])
