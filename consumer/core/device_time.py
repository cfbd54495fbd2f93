"""What does the device spend its time on?"""

from collections.abc import Callable
from enum import StrEnum

TOLD_SECONDS = 10.0
"""Idle time is told of at least so often: rates are made of it."""


class Doing(StrEnum):
    """What the device thread did, or waited for; each moment counts once."""

    BUSY = "busy"
    LOADING = "loading"
    LINGERING = "lingering"
    """A recording is ready and waits for company."""
    FETCHING = "fetching"
    """Nothing is ready, but jobs are being downloaded or decoded: the stages before are slow."""
    NOTHING = "nothing"
    """No job has begun."""


def waiting_for(anybody_ready: bool, anybody_expected: bool) -> Doing:
    """Say what a device waits for that has nothing under way."""
    if anybody_ready:
        return Doing.LINGERING
    return Doing.FETCHING if anybody_expected else Doing.NOTHING


class Account:
    """Where the device's time goes: each moment is told of once, as what was done until its end."""

    def __init__(self, tell: Callable[[Doing, float], None], now: float) -> None:
        self._tell = tell
        self._told_until = now

    def spent(self, doing: Doing, now: float) -> None:
        """Account for the time since this was last called."""
        self._tell(doing, now - self._told_until)
        self._told_until = now
