"""What becomes of calls beside recordings of ten hours?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tests.simulation.agenda import HOUR
from tests.simulation.costs import CPU, GPU, DeviceProfile
from tests.simulation.job import Job
from tests.simulation.options import DEFAULTS, WorkerOptions
from tests.simulation.outcome import Outcome, percentile
from tests.simulation.recordings import Fixed, Lognormal, Mix
from tests.simulation.service import Scenario, simulate
from tests.simulation.table import Table, duration

TEN_HOURS = 10 * HOUR
BOTH = Mix([(0.995, Lognormal(180.0, 0.5)), (0.005, Fixed(TEN_HOURS))])
"""As much audio in calls as in long recordings."""
LOAD = 0.7
JOBS = 100_000
"""So many that a few long recordings in a row, which decide the p99, come often enough."""
GIB = 1024**3


def _holding(gib: int) -> WorkerOptions:
    return replace(DEFAULTS, in_flight=DEFAULTS.in_flight._replace(bytes=gib * GIB))


VARIANTS = {
    "one batch after the other, 16 GiB": replace(_holding(16), turns=1),
    "taking turns, 16 GiB": _holding(16),
    "taking turns, 12 GiB": _holding(12),
    "taking turns, 8 GiB": _holding(8),
    "taking turns, 4 GiB (the default)": DEFAULTS,
}


@dataclass(frozen=True, slots=True)
class Seen:
    profile: DeviceProfile
    variant: str
    outcome: Outcome


def ask(seed: int) -> Iterator[Seen]:
    for profile in (GPU, CPU):
        for name, options in VARIANTS.items():
            scenario = Scenario(
                load=LOAD, jobs=JOBS, profile=profile, lengths=BOTH, options=options, seed=seed
            )
            yield Seen(profile, name, simulate(scenario))


def tables(seen: Sequence[Seen]) -> Iterator[Table]:
    head = ["device", "", "calls: p50", "p99", "ten hours: p50", "p99"]
    yield Table("long", head, [_row(each) for each in seen])


def _row(each: Seen) -> list[str]:
    row = [each.profile.name, each.variant]
    for waits in (each.outcome.waits(_is_call), each.outcome.waits(_is_ten_hours)):
        row += [duration(percentile(waits, share)) for share in (0.5, 0.99)]
    return row


def _is_call(job: Job) -> bool:
    return not _is_ten_hours(job)


def _is_ten_hours(job: Job) -> bool:
    return job.seconds == TEN_HOURS
