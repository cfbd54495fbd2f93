"""When does which fault strike, and whom? A pure function of the seed."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

_BREATH_SECONDS = 3.0
"""What is hit has so long to recover, at least, before it is hit again."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault: what it hits, how often it comes, and how long it lasts in seconds."""

    name: str
    lane: str
    """Kinds of one lane never overlap where they hit the same target."""
    weight: float
    shortest: float
    longest: float


@dataclass(frozen=True, slots=True)
class Strike:
    """One fault: from when until when it lasts, in seconds of the run, and whom it hits."""

    kind: str
    begins: float
    ends: float
    target: int
    """Which of the lane's targets: a service, or the one cluster."""
    choice: int
    """Chooses among whatever is there when it strikes: a worker, a broker."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Something that can be hit in so many places."""

    name: str
    targets: int


def schedule(
    seed: int, kinds: Sequence[Kind], lanes: Sequence[Lane], count: int, seconds: float
) -> list[Strike]:
    """Spread so many faults evenly over the time: whatever has not come yet first.

    Where everything is being hit or recovers, or the run ends too soon, a fault is left out.
    """
    draw = random.Random(seed)
    free = {lane.name: [0.0] * lane.targets for lane in lanes}
    owed = draw.sample(kinds, len(kinds))
    strikes = []
    for number in range(count):
        begins = seconds * (number + draw.random()) / count
        fitting = [
            kind
            for kind in kinds
            if begins + kind.longest <= seconds and min(free[kind.lane]) <= begins
        ]
        if not fitting:
            continue
        kind = next((kind for kind in owed if kind in fitting), None) or _drawn(draw, fitting)
        owed = [other for other in owed if other != kind]
        strikes.append(_strike(draw, kind, begins, free[kind.lane]))
    return strikes


def _drawn(draw: random.Random, kinds: Sequence[Kind]) -> Kind:
    (kind,) = draw.choices(kinds, [kind.weight for kind in kinds])
    return kind


def _strike(draw: random.Random, kind: Kind, begins: float, free: list[float]) -> Strike:
    """Take a target that has recovered, and note until when it has not."""
    target = draw.choice([target for target, since in enumerate(free) if since <= begins])
    ends = begins + draw.uniform(kind.shortest, kind.longest)
    free[target] = ends + _BREATH_SECONDS
    return Strike(kind.name, begins, ends, target, draw.randrange(1 << 16))
