"""Which kind of work does the device do next, when changing the model costs seconds?

The device stays with what is resident while there is work for it, within two bounds: a run that has
lasted long gives way to whoever waits, and nobody waits longer than an age bound says. What
changing models was measured to cost decides how long a run lasts at least, so that two kinds which
are both always waiting do not spend the device on loading.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

Kind = tuple[str, str]
"""Operation and model: what shares a batch, and what is loaded as one."""

AMORTISED = 10.0
"""A run lasts at least so many times what it cost to load its model: a tenth is lost at most."""
FURTHEST = 0.5
"""Of the age bound: the longest that a run may claim for that."""


class Head(NamedTuple):
    """What is first in line somewhere."""

    kind: Kind
    waiting_since: float
    """On the monotonic clock, in seconds."""


@dataclass(frozen=True, slots=True)
class Stickiness:
    """For how long the device stays with a model while others wait, in seconds."""

    max_run_seconds: float
    """Then whoever else waits gets the device."""
    max_wait_seconds: float
    """The age at which the first in line gets the device in any case.

    With two kinds it begins at most one batch later; each further kind that waits adds a run.
    """


@dataclass(frozen=True, slots=True)
class Residents:
    """Which models are loaded, and what a switch to another was measured to cost."""

    kinds: Collection[Kind] = ()
    switch_seconds: Callable[[Kind], float] = lambda _: 0.0


class StickyChoice:
    """Chooses the kind of the next batch; remembers when a model was last brought in."""

    def __init__(self, bounds: Stickiness) -> None:
        self._bounds = bounds
        self._loaded_at = float("-inf")

    def choose(self, now: float, heads: Iterable[Head], residents: Residents) -> Kind | None:
        """Choose among those first in line; None: there is nobody."""
        here, elsewhere = _oldest(heads, residents.kinds)
        if here is None or elsewhere is None:
            oldest = here or elsewhere
            return oldest.kind if oldest else None
        return elsewhere.kind if self._gives_way(now, elsewhere, residents) else here.kind

    def began(self, kind: Kind, now: float, residents: Residents) -> None:
        """A batch of this kind was formed; if its model has to be loaded, a run begins."""
        if kind not in residents.kinds:
            self._loaded_at = now

    def _gives_way(self, now: float, stranger: Head, residents: Residents) -> bool:
        bounds = self._bounds
        worth = AMORTISED * residents.switch_seconds(stranger.kind)
        at_least = min(worth, FURTHEST * bounds.max_wait_seconds)
        ran, waited = now - self._loaded_at, now - stranger.waiting_since
        is_old = waited >= bounds.max_wait_seconds - at_least
        # A run counts only while somebody else would like to have the device.
        return ran >= at_least and (is_old or min(ran, waited) >= bounds.max_run_seconds)


def _oldest(heads: Iterable[Head], resident: Collection[Kind]) -> tuple[Head | None, Head | None]:
    """Return who has waited longest for a resident model, and who for another one."""
    ordered = sorted(heads, key=lambda head: head.waiting_since)
    here = next((head for head in ordered if head.kind in resident), None)
    return here, next((head for head in ordered if head.kind not in resident), None)
