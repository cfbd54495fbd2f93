"""Does the loop turn, and do the jobs under way come forward?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from consumer.core.ports import Clock


class Health(NamedTuple):
    """What a probe is told."""

    problem: str | None
    """None: all is well."""
    facts: Mapping[str, object]
    """For whoever reads the answer."""


@dataclass(slots=True)
class Liveness:
    """Told of movement by any thread, asked by the health server's."""

    clock: Clock
    stuck_seconds: float
    """A loop that has not turned for so long does so no more."""
    stalled_seconds: float
    """Jobs under way of which nothing has moved for so long do so no more."""
    _moved_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.moved()

    def moved(self) -> None:
        """Note that a job came forward, or that there is none."""
        self._moved_at = self.clock.monotonic()

    def health(self, turned_at: float | None, under_way: int) -> Health:
        """Say whether a restart would help; `turned_at`: None before the first turn."""
        now = self.clock.monotonic()
        turned = None if turned_at is None else now - turned_at
        moved = now - self._moved_at
        problem = None
        if turned is not None and turned > self.stuck_seconds:
            problem = f"the loop has not turned for {turned:.0f} s"
        elif under_way and moved > self.stalled_seconds:
            problem = f"jobs are under way, and nothing has moved for {moved:.0f} s"
        facts = {
            "loop_turned_seconds_ago": None if turned is None else round(turned, 3),
            "jobs_under_way": under_way,
            "jobs_moved_seconds_ago": round(moved, 3),
        }
        return Health(problem, facts)
