"""Whether the device changes models seldom, and nobody starves for it. Time is simulated."""

from collections import deque
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.core.scheduling import (
    AMORTISED,
    Head,
    Kind,
    Residents,
    Stickiness,
    StickyChoice,
)

A, B, C = ("diarize", "a"), ("diarize", "b"), ("embed", "a")
BOUNDS = Stickiness(max_run_seconds=20.0, max_wait_seconds=40.0)
BATCH_SECONDS = 1.0


@dataclass
class Device:
    """One model at a time; a batch is whatever waits of a kind, and takes a second."""

    load_seconds: float
    bounds: Stickiness = BOUNDS
    now: float = 0.0
    resident: Kind | None = None
    loads: int = 0
    waits: list[tuple[Kind, float]] = field(default_factory=list)
    lines: dict[Kind, deque[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.choice = StickyChoice(self.bounds)

    def arrive(self, kind: Kind, at: float) -> None:
        self.lines.setdefault(kind, deque()).append(at)

    def heads(self) -> list[Head]:
        return [
            Head(kind, line[0]) for kind, line in self.lines.items() if line and line[0] <= self.now
        ]

    def step(self) -> Kind | None:
        """Run one batch, or wait for the next arrival; which kind ran."""
        kinds = [self.resident] if self.resident else []
        residents = Residents(kinds, lambda _: self.load_seconds)
        kind = self.choice.choose(self.now, self.heads(), residents)
        if kind is None:
            self.now = min(line[0] for line in self.lines.values() if line)
            return None
        self.choice.began(kind, self.now, residents)
        self.waits.append((kind, self.now - self.lines[kind][0]))
        if kind != self.resident:
            self.loads += 1
            self.resident = kind
            self.now += self.load_seconds
        self._run(kind)
        return kind

    def run(self) -> None:
        while any(self.lines.values()):
            self.step()

    def _run(self, kind: Kind) -> None:
        line, began = self.lines[kind], self.now
        for _ in range(4):
            if line and line[0] <= began:
                line.popleft()
        self.now += BATCH_SECONDS


arrivals = st.lists(
    st.tuples(st.sampled_from([A, B]), st.floats(0, 300)), min_size=1, max_size=150
).map(lambda found: sorted(found, key=lambda arrival: arrival[1]))
loads = st.sampled_from([0.0, 0.5, 3.0, 30.0])


@given(arrivals=arrivals, load=loads)
def test_the_first_in_line_never_waits_longer_than_the_bound_and_a_batch(
    arrivals: list[tuple[Kind, float]], load: float
) -> None:
    device = Device(load)
    for kind, at in arrivals:
        device.arrive(kind, at)
    became_first: dict[Kind, float] = {}

    while any(device.lines.values()):
        for head in device.heads():
            became_first.setdefault(head.kind, device.now)
        ran = device.step()
        for head in device.heads():
            if head.kind != ran:
                waited = device.now - became_first.setdefault(head.kind, device.now)
                assert waited <= BOUNDS.max_wait_seconds + BATCH_SECONDS + 2 * load
        if ran:
            became_first.pop(ran, None)


@given(arrivals=arrivals, load=loads)
def test_no_model_is_loaded_while_the_resident_one_is_wanted_and_nobody_is_old(
    arrivals: list[tuple[Kind, float]], load: float
) -> None:
    device = Device(load)
    for kind, at in arrivals:
        device.arrive(kind, at)

    run_began = 0.0
    while any(device.lines.values()):
        heads, resident, began = device.heads(), device.resident, device.now
        ran = device.step()
        if ran in (None, resident):
            continue
        if any(head.kind == resident for head in heads):
            oldest = max(began - head.waiting_since for head in heads if head.kind != resident)
            run = began - run_began
            spared = min(AMORTISED * load, BOUNDS.max_wait_seconds / 2)
            assert run >= spared
            assert oldest >= BOUNDS.max_wait_seconds - spared or run >= BOUNDS.max_run_seconds
        run_began = began


def test_two_kinds_in_turns_are_served_in_runs() -> None:
    device = Device(load_seconds=1.0)
    for number in range(200):
        device.arrive((A, B)[number % 2], number * 0.25)

    device.run()

    assert device.loads <= 200 / 10


def test_what_is_always_waiting_does_not_spend_the_device_on_loading() -> None:
    device = Device(load_seconds=2.0, bounds=Stickiness(max_run_seconds=0, max_wait_seconds=60))
    for _ in range(200):
        device.arrive(A, 0.0)
        device.arrive(B, 0.0)

    device.run()

    assert device.loads * 2.0 <= 0.2 * device.now


def test_a_third_kind_is_served_too() -> None:
    device = Device(load_seconds=1.0)
    for number in range(400):
        device.arrive((A, B)[number % 2], number * 0.1)
    device.arrive(C, 1.0)

    while C not in [kind for kind, _ in device.waits]:
        device.step()

    assert device.waits[-1][1] <= 2 * BOUNDS.max_wait_seconds


def test_among_loaded_models_the_oldest_goes_first() -> None:
    choice = StickyChoice(BOUNDS)

    assert choice.choose(9.0, [Head(A, 5.0), Head(B, 3.0)], Residents({A, B})) == B


def test_nobody_waits_and_nothing_is_chosen() -> None:
    assert StickyChoice(BOUNDS).choose(0.0, [], Residents({A})) is None


def test_a_run_counts_only_while_somebody_else_waits() -> None:
    choice = StickyChoice(BOUNDS)
    choice.began(A, 0.0, Residents())

    assert choice.choose(3600.0, [Head(A, 3600.0), Head(B, 3599.0)], Residents({A})) == A


@pytest.mark.parametrize(("ran", "chosen"), [(19.0, A), (20.0, B)])
def test_a_long_run_gives_way_to_whoever_waits(ran: float, chosen: Kind) -> None:
    choice = StickyChoice(BOUNDS)
    choice.began(A, 0.0, Residents())

    assert choice.choose(ran, [Head(A, 0.0), Head(B, 0.0)], Residents({A})) == chosen
