"""Which models may stay on the device, and which goes first when memory is short?

What a model takes is measured each time it is loaded and remembered after it has gone, so that
room is made before it comes again. The last measurement counts: one that was wrong is mended by the
next, and what it made too large is forgotten, so that there is a next. A model that was never
measured is let in; what it takes is known then, and others go if that is too much.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from consumer.core.scheduling import Kind

RETURNED_SHARE = 0.5
"""Of a model's memory: what must have come back for it to count as returned."""
SLACK_BYTES = 64 * 1024**2
"""Libraries keep as much for themselves once they have worked; no cause for alarm."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a model was measured to take of the device."""

    held_bytes: int = 0
    """While it rests."""
    most_bytes: int = 0
    """At most during its load, when it was tried out: this much is kept free for it."""


class Unloading(StrEnum):
    """Why a model leaves the device."""

    EVICTED = "evicted"
    IDLE = "idle"
    TOO_LARGE = "too_large"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Enough:
    """There is room, or none can be made: the device has the last word."""


@dataclass(frozen=True, slots=True)
class Evict:
    """Another model goes first; then ask again."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Wait:
    """What is in use leaves no room, whoever else goes."""


@dataclass(frozen=True, slots=True)
class TooLarge:
    """The model alone was measured to take more than all models may: unload and forget it."""

    most_bytes: int
    limit_bytes: int


Room = Enough | Evict | Wait | TooLarge


class MemoryBudget:
    """Keeps account of the models on the device; decides, and does nothing itself."""

    def __init__(self, limit_bytes: int | None, max_resident: int) -> None:
        self._limit_bytes = limit_bytes
        self._max_resident = max_resident
        self._used_at: OrderedDict[Kind, float] = OrderedDict()  # least recently used first
        self._known: dict[Kind, Footprint] = {}
        self._missing_bytes = 0
        self._floor_bytes = 0  # in use beside the models, had all come back that is missing

    @property
    def resident(self) -> Sequence[Kind]:
        """Who is on the device, least recently used first."""
        return tuple(self._used_at)

    @property
    def counted_bytes(self) -> int:
        """What is kept for those on the device, and what others did not give back."""
        return self._most_bytes(self._used_at) + self._missing_bytes

    @property
    def missing_bytes(self) -> int:
        """What models that have gone did not give back."""
        return self._missing_bytes

    def used(self, kind: Kind, now: float) -> None:
        """Note that a resident model is used; others are none of our business."""
        if kind in self._used_at:
            self._used_at[kind] = now
            self._used_at.move_to_end(kind)

    def loaded(self, kind: Kind, footprint: Footprint, now: float) -> None:
        """Note that a model has come, and what it takes, whatever it took before."""
        self._known[kind] = footprint
        self._used_at[kind] = now

    def unloaded(self, kind: Kind, before_bytes: int, after_bytes: int) -> int:
        """Note that a model has gone, and what was in use before and after.

        Returns the bytes that are missing of it: 0 when at least half of it came back.
        """
        del self._used_at[kind]
        missing = self.owes(kind, before_bytes, after_bytes)
        self._missing_bytes += missing
        self._floor_bytes = after_bytes - self._missing_bytes - self._held_bytes()
        return missing

    def forget(self, kind: Kind) -> None:
        """Have a model that has gone measured anew when it comes again."""
        del self._known[kind]

    def owes(self, kind: Kind, before_bytes: int, after_bytes: int) -> int:
        """Return what a model did not give back; 0 when at least half of it came back."""
        held = self._known[kind].held_bytes
        returned = before_bytes - after_bytes
        return 0 if returned >= held * RETURNED_SHARE else held - max(0, returned)

    def looked(self, used_bytes: int) -> None:
        """Note what is in use now: what was missing may have come back."""
        there = used_bytes - self._held_bytes() - self._floor_bytes
        self._missing_bytes = max(0, min(self._missing_bytes, there))

    def room_for(self, kind: Kind, in_use: Collection[Kind]) -> Room:
        """Say what must happen so that a model may come, or stay if it has; `in_use` stays."""
        alone = self._most_bytes([kind])
        if self._limit_bytes is not None and alone > self._limit_bytes:
            return TooLarge(alone, self._limit_bytes)
        if self._fit({kind, *self._used_at}):
            return Enough()
        staying = self._used_at.keys() & set(in_use)
        if kind not in self._used_at and staying and not self._fit({kind, *staying}):
            return Wait()
        if (first := self.first_to_go((kind, *in_use))) is not None:
            return Evict(first)
        return Wait() if staying - {kind} else Enough()

    def first_to_go(self, staying: Collection[Kind]) -> Kind | None:
        """Return the least recently used of those that need not stay."""
        return next((kind for kind in self._used_at if kind not in staying), None)

    def idle_since(self, moment: float) -> Sequence[Kind]:
        """Return who was not used after this moment."""
        return [kind for kind, used_at in self._used_at.items() if used_at <= moment]

    def oldest_use(self) -> float | None:
        """Return when the least recently used was used; None: nobody is here."""
        return next(iter(self._used_at.values()), None)

    def _fit(self, kinds: Collection[Kind]) -> bool:
        if len(kinds) > self._max_resident:
            return False
        taken = self._most_bytes(kinds) + self._missing_bytes
        return self._limit_bytes is None or taken <= self._limit_bytes

    def _most_bytes(self, kinds: Iterable[Kind]) -> int:
        return sum(self._known[kind].most_bytes for kind in kinds if kind in self._known)

    def _held_bytes(self) -> int:
        return sum(self._known[kind].held_bytes for kind in self._used_at)
