"""Whether the simulation agrees with what is known about queues."""

from bisect import bisect_right
from collections import Counter
from dataclasses import replace
from functools import cache
from statistics import fmean

import pytest

from consumer.core.admission import Load
from consumer.core.batching import BatchPolicy
from tests.simulation.agenda import DAY
from tests.simulation.arrivals import Daily
from tests.simulation.costs import DeviceProfile, StageCosts
from tests.simulation.job import BYTES_PER_SECOND, DIARIZE, EMBED
from tests.simulation.options import WorkerOptions
from tests.simulation.outcome import Outcome
from tests.simulation.recordings import EVERYDAY, Fixed
from tests.simulation.service import Scenario, simulate

FREE = StageCosts(*[0.0] * len(StageCosts.__slots__))
ONE_SECOND = DeviceProfile(
    "one second a job",
    seconds_per_window=1.0,
    windows_per_step=1,
    seconds_per_batch=0.0,
    load_seconds=0.0,
)
ONE_BY_ONE = WorkerOptions(
    batches=BatchPolicy(max_jobs=1, max_audio_seconds=10.0, linger_seconds=0.0),
    in_flight=Load(10**9, float("inf"), 2**62),
    costs=FREE,
    turns=1,
)
SINGLE_SERVER = Scenario(
    load=0.8,
    jobs=20_000,
    partitions=1,
    profile=ONE_SECOND,
    lengths=Fixed(10.0),
    options=ONE_BY_ONE,
)
BUSY_GROUP = Scenario(load=0.9, jobs=3000, workers=3, kinds=(DIARIZE, EMBED))


@cache
def single_server(load: float) -> Outcome:
    """One that several tests look at."""
    return simulate(replace(SINGLE_SERVER, load=load))


def mean_number_present(outcome: Outcome, from_: float, until: float) -> float:
    """Count at many moments who has arrived and not ended."""
    arrivals = sorted(job.arrived for job in outcome.ended)
    ends = sorted(job.ended for job in outcome.ended)
    moments = [from_ + (until - from_) * step / 2000 for step in range(2000)]
    return fmean(bisect_right(arrivals, at) - bisect_right(ends, at) for at in moments)


@pytest.mark.parametrize("load", [0.5, 0.8])
def test_waits_at_one_server_are_those_of_the_formula(load: float) -> None:
    outcome = single_server(load)

    expected = load / (2 * (1 - load))  # M/D/1, in service times of one second
    assert fmean(outcome.waits()) == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("load", [0.5, 0.8])
def test_a_device_is_busy_for_the_work_that_arrives(load: float) -> None:
    outcome = single_server(load)

    assert outcome.utilisation == pytest.approx(load, rel=0.02)


def test_a_saturated_device_never_rests() -> None:
    outcome = simulate(replace(SINGLE_SERVER, load=2.0, jobs=2000))

    assert outcome.utilisation == pytest.approx(1.0)
    assert outcome.throughput == pytest.approx(1.0, rel=0.01)


def test_each_job_ends_exactly_once_after_all_its_stages() -> None:
    outcome = simulate(BUSY_GROUP)

    assert len(outcome.ended) == BUSY_GROUP.jobs
    assert set(Counter(job.offset for job in outcome.ended).values()) == {1}
    assert all(job.arrived < job.ready <= job.began < job.ended for job in outcome.ended)


def test_as_many_are_present_as_littles_law_says() -> None:
    outcome = simulate(replace(BUSY_GROUP, kinds=(DIARIZE,), load=0.7, jobs=5000))
    begin, end = outcome.settled, outcome.last_arrival

    latencies = outcome.latencies()

    rate = len(latencies) / (end - begin)
    expected = rate * fmean(latencies)
    assert mean_number_present(outcome, begin, end) == pytest.approx(expected, rel=0.05)


def test_the_same_seed_ends_the_same_and_another_one_does_not() -> None:
    first, second = simulate(BUSY_GROUP), simulate(BUSY_GROUP)
    other = simulate(replace(BUSY_GROUP, seed=2))

    assert first.latencies() == second.latencies()
    assert first.latencies() != other.latencies()


def test_partitions_keep_their_order_on_the_way_to_the_device() -> None:
    one_fetcher = replace(BUSY_GROUP.options, fetch_threads=1)
    outcome = simulate(replace(BUSY_GROUP, options=one_fetcher, lengths=EVERYDAY))

    assert min(outcome.head_waits()) >= 0.0
    began = dict[str, float]()
    for job in sorted(outcome.ended, key=lambda job: job.offset):
        assert job.began >= began.get(str(job.partition), 0.0)
        began[str(job.partition)] = job.began


def test_samples_make_room_for_others_before_their_recording_is_clustered() -> None:
    slow_clustering = replace(FREE, cluster_per_hour=360_000.0)  # a thousand seconds each
    room_for_one = Load(10**9, float("inf"), 10 * BYTES_PER_SECOND)
    options = replace(ONE_BY_ONE, in_flight=room_for_one, costs=slow_clustering)

    outcome = simulate(replace(SINGLE_SERVER, load=2.0, jobs=5, options=options))

    assert max(job.began for job in outcome.ended) < outcome.ended[0].ended


def test_a_day_has_its_peak_and_the_same_load() -> None:
    half_days = Scenario(
        load=0.3,
        jobs=6480,  # five days
        profile=replace(ONE_SECOND, seconds_per_window=20.0),
        lengths=Fixed(10.0),
        arrivals=Daily(peak=1.8),
    )

    arrived = [job.arrived for job in simulate(half_days).ended]

    busy = sum(moment % DAY < DAY / 2 for moment in arrived) / len(arrived)
    assert busy == pytest.approx(0.5 + 0.8 / 3.1416, abs=0.03)
    assert len(arrived) / max(arrived) == pytest.approx(0.3 / 20, rel=0.05)
