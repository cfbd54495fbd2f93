"""What does the device spend its time on?"""

from enum import StrEnum


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
