"""How many speak at each moment?"""

import numpy as np
from numpy.typing import NDArray

from consumer.diarization.reconstruction.frames import FrameGrid
from consumer.diarization.reconstruction.overlap_add import Votes, overlap_add


def speaker_count(masks: NDArray[np.uint8], grid: FrameGrid) -> NDArray[np.uint8]:
    """Return how many speak in each frame: the mean of all windows that see it, rounded.

    `masks` holds 0 and 1, shape (windows, frames, local speakers). The mean is a float32 and its
    halves go to the even number, as in stock.
    """
    speakers_and_windows = np.broadcast_to([0, 1], (len(masks), 2))

    def votes(block: slice) -> Votes:
        speakers = masks[block].sum(axis=2, dtype=np.uint8)
        return np.stack([speakers, np.ones_like(speakers)], axis=1)

    return np.concatenate(
        [
            np.rint(speakers / np.maximum(windows, 1)).astype(np.uint8)
            for _, (speakers, windows) in overlap_add(grid, speakers_and_windows, 2, votes)
        ]
    )
