"""Hand out each job when it is due, however long the earlier ones took."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from producer_tools.load.plan import Send

TICK_SECONDS: Final = 0.1


def paced(
    sends: Iterable[Send],
    idle: Callable[[float], None],
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[tuple[Send, float]]:
    """Yield every job in turn, with the seconds that it is late; none is left out.

    Until one is due, `idle` is called with the seconds that it may take.
    """
    start = monotonic()
    for send in sends:
        while (left := start + send.due_seconds - monotonic()) > 0:
            idle(min(left, TICK_SECONDS))
        yield send, -left
