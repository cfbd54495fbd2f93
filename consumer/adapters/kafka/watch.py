"""Is a thread stuck inside the client library, and does it still matter what it does?"""

import threading
import time


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
