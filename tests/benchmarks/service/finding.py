"""What was found, and is it what was wanted?"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Bound = Literal[">=", "<="]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One figure against what was wanted of it; it never fails a run."""

    name: str
    found: float
    bound: Bound
    wanted: float

    @property
    def is_kept(self) -> bool:
        return self.found >= self.wanted if self.bound == ">=" else self.found <= self.wanted

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "is_kept": self.is_kept}

    def __str__(self) -> str:
        word = "as wanted" if self.is_kept else "NOT as wanted"
        return f"{self.name} = {self.found:.3g} (wanted: {self.bound} {self.wanted:g}): {word}"


@dataclass(frozen=True, slots=True)
class Finding:
    """All figures of one part, as JSON has them, and what they are worth."""

    figures: Mapping[str, Any]
    verdicts: Sequence[Verdict]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured."""

    rounds: int | None = None
    """None: each part knows how many it needs."""
    soak_jobs: int = 20_000


def turns_of(names: Sequence[str], number: int) -> Sequence[str]:
    """Return who is measured in which order in a round: who goes first takes turns."""
    return names[::-1] if number % 2 else names
