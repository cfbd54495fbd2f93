"""What happens next, and when?"""

import heapq
from collections.abc import Callable
from itertools import count
from typing import Any

MINUTE = 60.0
HOUR = 3600.0
DAY = 86_400.0
"""In seconds, as all times are here."""


class Agenda:
    """The simulation's clock: it leaps from one thing that happens to the next.

    What happens at one moment happens in the order in which it was put down. Actions take what they
    are put down with, so the arguments are `Any`.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self._order = count()
        self._entries: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []

    def at(self, moment: float, action: Callable[..., None], *arguments: Any) -> None:
        heapq.heappush(self._entries, (moment, next(self._order), action, arguments))

    def after(self, seconds: float, action: Callable[..., None], *arguments: Any) -> None:
        self.at(self.now + seconds, action, *arguments)

    def run(self) -> None:
        """Go on until nothing is left to happen."""
        while self._entries:
            self.now, _, action, arguments = heapq.heappop(self._entries)
            action(*arguments)
