"""How did a publication end?"""

from enum import StrEnum


class Ending(StrEnum):
    """Of messages and commits that were handed over together."""

    COMMITTED = "committed"
    ABORTED = "aborted"
    """Nothing of it is visible; it goes again."""
    HALF = "half"
    """Its messages are out, its commits go again: without transactions only."""
    REFUSED = "refused"
    """The brokers will never take it as it is."""
