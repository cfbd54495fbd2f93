"""How is one prepared example used more than once? A stock of them, a few renewed at each draw."""

from collections.abc import Callable
from random import Random
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Reservoir(Generic[Item]):
    """Owns the prepared examples; each is drawn a few times before its turn to be renewed."""

    def __init__(self, make: Callable[[], Item], size: int, renewed_per_draw: int) -> None:
        self._make = make
        self._items = [make() for _ in range(size)]
        self._renewed_per_draw = renewed_per_draw
        self._oldest = 0

    def draw(self, count: int, random: Random) -> list[Item]:
        """Return `count` different examples, after renewing the oldest few."""
        for _ in range(self._renewed_per_draw):
            self._items[self._oldest] = self._make()
            self._oldest = (self._oldest + 1) % len(self._items)
        return random.sample(self._items, count)
