"""Is the worker serving, draining, or to leave at once? States move one way only."""

import threading
from enum import IntEnum
from typing import NamedTuple

from consumer.core.errors import Fenced, PublisherHung


class Bounds(NamedTuple):
    """How long the loop may wait where it does not poll, in seconds."""

    revoke_seconds: float
    """A whole revocation: well under max.poll.interval."""
    drain_seconds: float
    """Within it: for jobs that are nearly done."""


class State(IntEnum):
    """In order; a worker never goes back."""

    RUNNING = 0
    DRAINING = 1
    QUITTING = 2


class Lifecycle:
    """Asked by the loop, told by signals and by threads that died; safe from any thread."""

    def __init__(self, grace_seconds: float) -> None:
        self.grace_seconds = grace_seconds
        self.failure: BaseException | None = None
        self._state = State.RUNNING
        # Reentrant: a signal's handler runs on the main thread, also in the midst of `stop`.
        self._moving = threading.RLock()

    @property
    def is_running(self) -> bool:
        return self._state is State.RUNNING

    @property
    def is_draining(self) -> bool:
        return self._state is State.DRAINING

    @property
    def is_quitting(self) -> bool:
        return self._state is State.QUITTING

    @property
    def may_publish(self) -> bool:
        """Whether last words can be said: not when told to quit at once, or without a publisher."""
        if self.failure is not None:
            return not isinstance(self.failure, (Fenced, PublisherHung))
        return not self.is_quitting

    def stop(self) -> None:
        """Drain; asked a second time, quit."""
        with self._moving:
            self._state = State(min(self._state + 1, State.QUITTING))

    def crash(self, error: BaseException) -> None:
        """Quit: a thread met what it cannot go on after; the first one is reported."""
        with self._moving:
            self.failure = self.failure or error
            self._state = State.QUITTING
