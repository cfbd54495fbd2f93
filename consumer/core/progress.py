"""What does a group know about a partition beyond its committed offset?

It travels as the metadata of the commit, in the same transaction as the results it speaks of.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known about a job that is not finished."""

    starts: int = 0
    """How often it was begun by a worker that then neither ended it nor handed it back."""
    attempts: int = 0
    """How often it failed and was put off."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Every offset from the committed one up to `end` is finished, but for those that are open."""

    end: int
    open: Mapping[int, Mark] = field(default_factory=dict)
    """In ascending order of offset."""
