"""Is a thread stuck inside the client library, and how many have been lost that way?"""

import threading
import time
from collections import deque
from collections.abc import Callable

MOST_LOST = 3
"""Each holds a thread, a client and its connections, perhaps for good: with more of them a fresh
process is better."""
LOST_WITHIN_SECONDS = 24 * 3600.0
"""Whoever loses one now and then, for months, is none the worse for it."""


class Abandoned(Exception):
    """Nobody listens to this thread any more: it must not touch its clients again."""


class Watch:
    """A context around each call into the client, of one thread; looked at by another."""

    def __init__(self) -> None:
        self._abandoned = threading.Event()
        self._since: float | None = None

    @property
    def seconds(self) -> float:
        """How long the present call has taken; 0 outside of calls."""
        since = self._since
        return 0.0 if since is None else time.monotonic() - since

    def abandon(self) -> None:
        """Let the thread end before its next call; it may never come back from the present one."""
        self._abandoned.set()

    def pause(self, seconds: float) -> None:
        """Wait between calls; being abandoned ends it."""
        self._abandoned.wait(seconds)

    def __enter__(self) -> None:
        """Begin a call; raises `Abandoned`."""
        if self._abandoned.is_set():
            raise Abandoned
        self._since = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self._since = None


class Losses:
    """Counts the threads that were abandoned lately."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: deque[float] = deque()

    def __len__(self) -> int:
        return len(self._times)

    def add(self) -> None:
        """Count one more; those of long ago count no longer."""
        now = self._clock()
        self._times.append(now)
        while self._times[0] <= now - LOST_WITHIN_SECONDS:
            self._times.popleft()

    @property
    def are_too_many(self) -> bool:
        return len(self) > MOST_LOST
