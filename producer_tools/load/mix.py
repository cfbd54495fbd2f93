"""Choose among things in given shares."""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from random import Random
from typing import Final, Generic, Self, TypeVar

from producer_tools.exits import WrongUsage

T = TypeVar("T")

_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Mix(Generic[T]):
    """Things, and the sums of their weights up to each: shares of one whole, whatever it is."""

    things: tuple[T, ...]
    weights_up_to: tuple[float, ...]

    @classmethod
    def of(cls, weighted: Iterable[tuple[T, float]]) -> Self:
        """Take (thing, weight) pairs; ValueError when nothing could ever be chosen."""
        pairs = tuple(weighted)
        sums = tuple(accumulate(weight for _, weight in pairs))
        if not sums or not 0 < sums[-1] < math.inf:
            raise ValueError("nothing in it has a weight above 0")
        return cls(tuple(thing for thing, _ in pairs), sums)

    @classmethod
    def evenly(cls, things: Iterable[T]) -> Self:
        """Give all things the same share; ValueError when there are none."""
        return cls.of((thing, 1.0) for thing in things)

    @property
    def weighted(self) -> Iterator[tuple[T, float]]:
        """Each thing with its own weight."""
        steps = pairwise((0.0, *self.weights_up_to))
        return zip(self.things, (end - start for start, end in steps), strict=True)

    def draw(self, random: Random) -> T:
        """Choose one."""
        return random.choices(self.things, cum_weights=self.weights_up_to)[0]


def parse_mix(option: str, text: str, read: Callable[[str], T]) -> Mix[T]:
    """Read `one=4,other=1`, where `=1` may be left out; raises `WrongUsage`."""
    try:
        return Mix.of(_weighted(part, read) for part in text.split(","))
    except ValueError as error:
        raise WrongUsage(f"{option} {text}: {error}") from error


def _weighted(part: str, read: Callable[[str], T]) -> tuple[T, float]:
    # A model's name may hold anything but a comma: the last `=` is the one before the weight.
    name, equals, weight = part.strip().rpartition("=")
    return (read(name), _weight(weight)) if equals else (read(weight), 1.0)


def _weight(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is no weight: write a number, 0 or more")
    return float(text)
