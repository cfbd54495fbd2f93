"""Which bugs can be planted in a worker, to see whether the oracle catches them?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bug:
    """A mistake that somebody could make."""

    plant: Callable[[], None]


BUGS: Mapping[str, Bug] = {}
