"""What is a dashboard: which sections of which panels, that ask what?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

GREEN, ORANGE, RED = "green", "orange", "red"
RUNBOOK = "docs/operations.md"
NOBODY = "no worker answers"
NO_JOB = "no job ended"
UNKNOWN = "not known"


class Look(Enum):
    """How a panel shows its figures."""

    NUMBER = "number"
    """What is true now, or over the whole time range."""
    LINES = "lines"
    STACK = "stack"
    """Parts of a whole."""
    BARS = "bars"
    """How often something happened."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One question and the figures that answer it."""

    title: str
    description: str
    unit: str
    queries: Mapping[str, str]
    """PromQL by what its series are called; empty: nothing, it is the only one."""
    look: Look = Look.LINES
    width: int | None = None
    """Of 24; else a third of that, and a sixth for numbers."""
    runbook: str = "metrics"
    """The anchor of its entry in docs/operations.md."""
    absent: str = NOBODY
    """What it says where there is no figure."""
    steps: Mapping[float | None, str] = field(default_factory=dict)
    """From which value on a number has which colour; None: below all others."""
    colours: Mapping[str, str] = field(default_factory=dict)
    """Of the series that mean something good or bad, by name."""


@dataclass(frozen=True, slots=True)
class Section:
    """Panels that answer one question together, from left to right."""

    title: str
    """Empty: the line on top."""
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard."""

    name: str
    """Of its file."""
    title: str
    description: str
    sections: tuple[Section, ...]

    @property
    def panels(self) -> Iterator[Panel]:
        """All of them, from top to bottom."""
        return (panel for section in self.sections for panel in section.panels)
