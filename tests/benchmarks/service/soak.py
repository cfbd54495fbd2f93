"""(f) Does a worker grow, or leave anything behind, over many thousand jobs?"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from threading import Event, Thread

from tests.benchmarks.service.contenders import INSTANT_WORKER, Contender, worker
from tests.benchmarks.service.figures import Slope, slope
from tests.benchmarks.service.finding import Extent, Finding, Verdict
from tests.benchmarks.service.framework import RECORDINGS, SECONDS, requests
from tests.benchmarks.service.place import Place
from tests.benchmarks.service.sounds import bursts
from tests.benchmarks.service.vitals import Vitals, vitals

ESTIMATE_SECONDS = 300.0
SAMPLING_SECONDS = 1.0
WARM_UP_SHARE = 0.5
"""Of the jobs: meanwhile caches and the allocator's pools, one for each of thirty threads, fill.

Ten thousand jobs they take; fifty thousand more then leave the bytes in use where they are.
"""
REST_SECONDS = 5.0
"""After the last answer: what is done with is given back."""
LEFT_BEHIND = ("descriptors", "threads", "children", "temporary_files")
MEGABYTE = 1 << 20

Samples = Sequence[tuple[float, Vitals]]
"""With seconds since the first."""


def measure(place: Place, extent: Extent) -> Finding:
    """Warm up, rest and count, serve all the others under observation, rest and count again."""
    uris = place.upload(bursts(RECORDINGS, SECONDS))
    warm_up = round(extent.soak_jobs * WARM_UP_SHARE)
    jobs = extent.soak_jobs - warm_up
    with worker(place, {}, INSTANT_WORKER) as service:
        service.serve(requests(uris, warm_up))
        before = _at_rest(service)
        with _sampled(service) as samples:
            served = service.serve(requests(uris, jobs))
        after = _at_rest(service)
    growth = slope(*_resident(samples))
    print(f"  {jobs} jobs after {warm_up} to warm up, {served.jobs_per_second:.0f} jobs/s")
    print(f"  before: {before}\n  after:  {after}")
    return _finding(growth, (before, after), served.jobs_per_second, samples)


def _finding(
    growth: Slope, rests: tuple[Vitals, Vitals], jobs_per_second: float, samples: Samples
) -> Finding:
    before, after = (asdict(each) for each in rests)
    left = {name: after[name] - before[name] for name in LEFT_BEHIND}
    figures = {
        "rss_mb_per_hour": growth.value * 3600,
        "rss_mb_per_hour_margin": growth.margin * 3600,
        "rss_bytes_per_job": growth.value * MEGABYTE / jobs_per_second,
        "rss_slope_is_distinguishable_from_0": growth.is_distinguishable,
        "jobs_per_second": jobs_per_second,
        "at_rest_before": before,
        "at_rest_after": after,
        "left_behind": left,
        "samples": [{"seconds": when, **asdict(each)} for when, each in samples],
    }
    slope_in_margins = growth.value / growth.margin if growth.margin else 0.0
    return Finding(
        figures,
        (
            Verdict("RSS slope, in halves of its confidence interval", slope_in_margins, "<=", 1),
            *(Verdict(f"{name} left behind", float(left[name]), "<=", 0) for name in LEFT_BEHIND),
        ),
    )


def _resident(samples: Samples) -> tuple[list[float], list[float]]:
    """Return seconds and the memory of the worker itself in MB."""
    return [when for when, _ in samples], [each.rss_bytes / MEGABYTE for _, each in samples]


def _at_rest(service: Contender) -> Vitals:
    time.sleep(REST_SECONDS)
    return vitals(service.process.pid, service.temporary)


@contextmanager
def _sampled(service: Contender) -> Iterator[list[tuple[float, Vitals]]]:
    """Look at the worker again and again meanwhile."""
    samples: list[tuple[float, Vitals]] = []
    over, began = Event(), time.monotonic()

    def watch() -> None:
        while not over.wait(SAMPLING_SECONDS):
            now = time.monotonic() - began
            samples.append((now, vitals(service.process.pid, service.temporary)))

    watcher = Thread(target=watch, name="vitals")
    watcher.start()
    try:
        yield samples
    finally:
        over.set()
        watcher.join()
