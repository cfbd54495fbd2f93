"""Whether a schedule is a function of its seed, and disturbs moderately."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from tests.chaos.catalogue import KINDS, lanes
from tests.chaos.schedule import Kind, Strike, schedule

SITES = 3
LANES = {kind.name: kind.lane for kind in KINDS}

seeds = st.integers(0, 1 << 32)
counts = st.integers(1, 250)
durations = st.floats(5, 1500)


@given(seeds, counts, durations)
def test_the_same_seed_is_the_same_run(seed: int, count: int, seconds: float) -> None:
    first = schedule(seed, KINDS, lanes(SITES), count, seconds)

    assert schedule(seed, KINDS, lanes(SITES), count, seconds) == first


@given(seeds, counts, durations)
def test_faults_come_in_order_and_end_with_the_run(seed: int, count: int, seconds: float) -> None:
    strikes = schedule(seed, KINDS, lanes(SITES), count, seconds)

    assert [strike.begins for strike in strikes] == sorted(strike.begins for strike in strikes)
    assert all(0 <= strike.begins < strike.ends <= seconds for strike in strikes)
    assert len(strikes) <= count


@given(seeds, counts, durations)
def test_nothing_is_hit_twice_at_once(seed: int, count: int, seconds: float) -> None:
    strikes = schedule(seed, KINDS, lanes(SITES), count, seconds)

    for earlier, later in combinations(strikes, 2):
        if place(earlier) == place(later):
            assert earlier.ends < later.begins


@given(seeds)
def test_a_long_run_has_every_kind_and_enough_of_them(seed: int) -> None:
    strikes = schedule(seed, KINDS, lanes(SITES), count=180, seconds=1080)

    assert {strike.kind for strike in strikes} == {kind.name for kind in KINDS}
    assert len(strikes) >= 150


@given(seeds)
def test_what_fits_nowhere_is_left_out(seed: int) -> None:
    endless = Kind("endless", "workers", weight=1, shortest=50, longest=60)

    assert schedule(seed, [endless], lanes(SITES), count=5, seconds=40) == []


def place(strike: Strike) -> tuple[str, int]:
    return LANES[strike.kind], strike.target
