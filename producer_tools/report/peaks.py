"""Say how loud a recording is over its time, in few numbers however long it is."""

from collections.abc import Iterable, Sequence

POINTS_AT_MOST = 8000
"""More than a screen shows, so that zooming in still shows more."""
LOUDEST = 255
_FULL_SCALE = 32768


def peaks(blocks: Iterable[Sequence[int]], most: int = POINTS_AT_MOST) -> tuple[int, ...]:
    """Reduce 16-bit samples, in blocks of equal duration, to at most so many levels up to 255."""
    levels = [max(max(block), -min(block)) for block in blocks if len(block)]
    together = max(1, -(-len(levels) // most))
    return tuple(
        max(levels[first : first + together]) * LOUDEST // _FULL_SCALE
        for first in range(0, len(levels), together)
    )
