"""How are figures shown to people?"""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.simulation.agenda import HOUR, MINUTE


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head, with the name of its place on the page."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        lines = [self.head, ["---"] * len(self.head), *self.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


def duration(seconds: float) -> str:
    """Two digits in the unit that people would use."""
    for limit, unit, name in ((2 * MINUTE, 1.0, "s"), (2 * HOUR, MINUTE, "min")):
        if seconds < limit:
            return f"{_two_digits(seconds / unit)} {name}"
    return f"{_two_digits(seconds / HOUR)} h"


def _two_digits(number: float) -> str:
    if number >= 9.95:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 0.995 else f"{number:.2f}"
