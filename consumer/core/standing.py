"""Where does the worker stand at one moment, as the loop sees it?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from consumer.core.model import Partition


class WaitingFor(StrEnum):
    """What keeps a job in our care from being under way."""

    TURN = "turn"
    RETRY = "retry"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class Reached:
    """How far one partition has come, counted from what the group has committed."""

    next: int
    """The next offset to be delivered."""
    end: int
    """Everything before it is finished, or one of the unfinished."""
    unfinished: int
    """Offsets before the end whose jobs have not ended."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the loop tells of itself about once a second."""

    seconds: float
    """Since it last did so."""
    is_working: bool = False
    """Whether jobs are under way, and nothing outside keeps their results back."""
    waiting: Mapping[WaitingFor, int] = field(default_factory=dict)
    partitions: Mapping[Partition, Reached] = field(default_factory=dict)
    oldest_ms: int | None = None
    """When the oldest job in our care was written; None: there is none."""
    breaker_open: bool = False
    is_trickling: bool = False
