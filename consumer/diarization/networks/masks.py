"""Which frames of a window tell how each of its speakers sounds?"""

import numpy as np
from numpy.typing import NDArray

Masks = NDArray[np.uint8]
"""Who is active, 0 or 1; shape (windows, frames, local speakers)."""


def embedding_masks(masks: Masks, shortest_clean: int | None) -> Masks:
    """Return the frames to pool over: those where nobody else speaks, if there are enough.

    "Enough" is more than `shortest_clean` frames; None: overlaps are never left out.
    """
    if shortest_clean is None:
        return masks
    alone = masks.sum(axis=2, keepdims=True, dtype=np.uint8) < 2
    clean = masks * alone
    enough = clean.sum(axis=1, keepdims=True, dtype=np.int32) > shortest_clean
    return np.where(enough, clean, masks)
