"""What becomes of calls beside recordings of ten hours?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tests.simulation.agenda import HOUR
from tests.simulation.costs import CPU, GPU, DeviceProfile
from tests.simulation.job import Job
from tests.simulation.options import DEFAULTS
from tests.simulation.outcome import Outcome, percentile
from tests.simulation.recordings import Fixed, Lognormal, Mix
from tests.simulation.service import Scenario, simulate
from tests.simulation.table import Table, duration

TEN_HOURS = 10 * HOUR
BOTH = Mix([(0.995, Lognormal(180.0, 0.5)), (0.005, Fixed(TEN_HOURS))])
"""As much audio in calls as in long recordings."""
LOAD = 0.7
JOBS = 20_000
GIB = 1024**3
ROOMY = replace(
    DEFAULTS,
    in_flight=DEFAULTS.in_flight._replace(audio_seconds=96 * HOUR, bytes=16 * GIB),
)
VARIANTS = {
    "one batch after the other, roomy": replace(ROOMY, turns=1),
    "taking turns, roomy": ROOMY,
    "taking turns, limits as they come": DEFAULTS,
}
"""Roomy: 96 hours and 16 GiB in flight."""


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
