"""When does it pay to wait for company? Asked of voice messages, which fill no device batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tests.simulation.options import DEFAULTS
from tests.simulation.outcome import Outcome, percentile
from tests.simulation.recordings import CLIPS, EVERYDAY, Lengths
from tests.simulation.service import Scenario, simulate
from tests.simulation.table import Table, duration, percent

LINGERS = (0.0, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0)
QUIET, LIVELY, BACKLOG = 0.03, 0.3, 2.0
EVERYDAY_LOAD = 0.6
SIZES = ((8, 32), (16, 32), (32, 32), (32, 128))
"""Jobs of a batch, and jobs in flight."""
JOBS = 6000


@dataclass(frozen=True, slots=True)
class Seen:
    """One worker with this linger: on a quiet and a lively day, and with a backlog."""

    linger_seconds: float
    quiet: Outcome
    lively: Outcome
    backlog: Outcome
    everyday: Outcome


def ask(seed: int) -> Iterator[Seen]:
    for linger in LINGERS:
        quiet, lively, backlog = (
            _look(load, CLIPS, linger, seed) for load in (QUIET, LIVELY, BACKLOG)
        )
        yield Seen(linger, quiet, lively, backlog, _look(EVERYDAY_LOAD, EVERYDAY, linger, seed))


def _look(load: float, lengths: Lengths, linger: float, seed: int) -> Outcome:
    batches = replace(DEFAULTS.batches, linger_seconds=linger)
    options = replace(DEFAULTS, batches=batches)
    return simulate(Scenario(load=load, jobs=JOBS, lengths=lengths, options=options, seed=seed))


def tables(seen: Sequence[Seen], seed: int) -> Iterator[Table]:
    first = seen[0]
    head = ["linger"]
    for outcome in (first.quiet, first.lively):
        head += [f"{outcome.throughput:.0f} jobs/s: p50", "busy"]
    head += ["backlog: jobs/s", "everyday mix: p99", "busy"]
    yield Table("linger", head, [_row(each) for each in seen])
    yield Table("batches", ["jobs of a batch", "in flight", "backlog: jobs/s"], list(_sizes(seed)))


def _row(each: Seen) -> list[str]:
    row = [f"{each.linger_seconds:g} s"]
    for outcome in (each.quiet, each.lively):
        row += [duration(percentile(outcome.latencies(), 0.5)), percent(outcome.utilisation)]
    wait = percentile(each.everyday.waits(), 0.99)
    return [
        *row,
        f"{each.backlog.throughput:.0f}",
        duration(wait),
        percent(each.everyday.utilisation),
    ]


def _sizes(seed: int) -> Iterator[list[str]]:
    """How much larger batches bring, where there is room in flight to fill them."""
    for jobs, in_flight in SIZES:
        options = replace(
            DEFAULTS,
            batches=replace(DEFAULTS.batches, max_jobs=jobs),
            in_flight=DEFAULTS.in_flight._replace(jobs=in_flight),
        )
        scenario = Scenario(load=BACKLOG, jobs=JOBS, lengths=CLIPS, options=options, seed=seed)
        yield [str(jobs), str(in_flight), f"{simulate(scenario).throughput:.0f}"]
