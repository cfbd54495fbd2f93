"""What does the main loop spend its time on?"""

from enum import StrEnum


class Phase(StrEnum):
    """What a turn of the loop does, in this order."""

    POLL = "poll"
    """Waiting for records, most of all, and admitting them; rebalances happen in here."""
    SETTLE = "settle"
    """Deciding about jobs that came back."""
    PUBLISH = "publish"
    """Handing publications over, never waiting for them."""
    REGULATE = "regulate"
