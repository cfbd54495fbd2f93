"""Whether a seed decides which jobs come, and when."""

import math
from collections import Counter
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producer_tools.exits import WrongUsage
from producer_tools.load.arrivals import CALM, Arrivals, Bursts, parse_bursts
from producer_tools.load.mix import Mix
from producer_tools.load.plan import LoadPlan, Send
from producer_tools.load.recording import Recording
from schemas.uri import ObjectUri

TEN_AT_ONCE = Bursts(10, 5, 60)
RECORDINGS = Mix.evenly(Recording(ObjectUri("s3", "calls", name)) for name in "abc")
RATES = st.floats(0.01, 1_000)


def moments(arrivals: Arrivals, seed: int = 0) -> list[float]:
    return list(arrivals.moments(Random(seed)))


def plan(seed: int = 0, jobs: int = 50) -> LoadPlan:
    operations = Mix.of([("diarize", 4), ("embed", 1)])
    return LoadPlan(seed, Arrivals(2.0, jobs=jobs), operations)


def sends(load: LoadPlan) -> list[Send]:
    return list(load.sends(RECORDINGS))


@given(seed=st.integers())
def test_the_same_seed_is_the_same_load(seed: int) -> None:
    assert sends(plan(seed)) == sends(plan(seed))


@given(seed=st.integers(), jobs=st.integers(1, 49))
def test_a_shorter_load_is_the_beginning_of_a_longer_one(seed: int, jobs: int) -> None:
    assert sends(plan(seed, jobs)) == sends(plan(seed))[:jobs]


def test_another_seed_is_another_load() -> None:
    assert sends(plan(seed=1)) != sends(plan(seed=2))


def test_another_mix_leaves_the_arrivals_and_the_audio_as_they_are() -> None:
    mixed = sends(plan())
    plain = sends(LoadPlan(0, Arrivals(2.0, jobs=50)))

    assert [(one.due_seconds, one.recording) for one in mixed] == [
        (one.due_seconds, one.recording) for one in plain
    ]
    assert {one.operation for one in plain} == {"diarize"}


def test_operations_and_recordings_come_in_their_shares() -> None:
    drawn = sends(plan(jobs=3_000))

    operations = Counter(one.operation for one in drawn)
    recordings = Counter(one.recording for one in drawn)

    assert operations["embed"] / 3_000 == pytest.approx(0.2, abs=0.04)
    assert [count / 3_000 for count in recordings.values()] == pytest.approx([1 / 3] * 3, abs=0.05)


@settings(max_examples=20)
@given(rate=RATES, seed=st.integers())
def test_the_rate_is_met_in_the_mean(rate: float, seed: int) -> None:
    last = moments(Arrivals(rate, jobs=2_000), seed)[-1]

    # 2,000 exponential gaps: a standard deviation is 2.2 %.
    assert 2_000 / last == pytest.approx(rate, rel=0.15)


@settings(max_examples=20)
@given(rate=RATES, seed=st.integers())
def test_gaps_scatter_as_much_as_they_last(rate: float, seed: int) -> None:
    times = moments(Arrivals(rate, jobs=2_000), seed)
    gaps = [later - earlier for earlier, later in pairwise(times)]

    mean = sum(gaps) / len(gaps)
    deviation = math.sqrt(sum((gap - mean) ** 2 for gap in gaps) / len(gaps))

    assert deviation / mean == pytest.approx(1, abs=0.25)


@settings(max_examples=20)
@given(seed=st.integers())
def test_bursts_come_on_top_of_the_rate(seed: int) -> None:
    times = moments(Arrivals(4.0, TEN_AT_ONCE, seconds=1_200), seed)

    burst = sum(moment % 60 < 5 for moment in times)
    calm = len(times) - burst

    # 4,000 jobs in 100 s of bursts, 4,400 in 1,100 s without.
    assert burst == pytest.approx(4_000, rel=0.1)
    assert calm == pytest.approx(4_400, rel=0.1)


@given(seed=st.integers())
def test_a_burst_of_nothing_is_a_pause(seed: int) -> None:
    times = moments(Arrivals(5.0, Bursts(0, 5, 10), jobs=200), seed)

    assert all(moment % 10 >= 5 - 1e-6 for moment in times)


@given(
    rate=RATES,
    bursts=st.builds(
        lambda factor, on, calm: Bursts(factor, on, on + calm),
        st.floats(0, 50),
        st.floats(0.1, 100),
        st.floats(0.1, 100),
    ),
    seed=st.integers(),
)
def test_moments_never_go_back(rate: float, bursts: Bursts, seed: int) -> None:
    times = moments(Arrivals(rate, bursts, jobs=100), seed)

    # In bursts many thousand times the length of a gap, the last digit is lost.
    assert all(later >= earlier - 1e-6 for earlier, later in pairwise([0.0, *times]))


@given(seconds=st.floats(0.1, 50), jobs=st.integers(1, 100), seed=st.integers())
def test_a_load_ends_with_the_last_job_or_second(seconds: float, jobs: int, seed: int) -> None:
    endless = moments(Arrivals(2.0, jobs=200), seed)

    ended = moments(Arrivals(2.0, jobs=jobs, seconds=seconds), seed)

    assert ended == [moment for moment in endless if moment <= seconds][:jobs]


def test_without_a_rate_all_jobs_are_due_at_once() -> None:
    assert moments(Arrivals(jobs=3)) == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("rate", "bursts", "sentence"),
    [
        (2.0, CALM, "--jobs or --seconds"),
        (math.inf, CALM, "say how many, with --jobs"),
        (math.inf, TEN_AT_ONCE, "give one with --rate"),
    ],
)
def test_a_load_that_makes_no_sense_is_refused(rate: float, bursts: Bursts, sentence: str) -> None:
    with pytest.raises(WrongUsage, match=sentence):
        Arrivals(rate, bursts)


def test_bursts_are_read() -> None:
    assert parse_bursts("10x5s/1m") == TEN_AT_ONCE


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("10", "write like 10x5s/60s"),
        ("x5s/60s", "write like 10x5s/60s"),
        ("10x5/60s", "'5' is no length of time"),
        ("10x60s/60s", "must be shorter"),
    ],
)
def test_what_are_no_bursts_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(WrongUsage, match=sentence):
        parse_bursts(text)
