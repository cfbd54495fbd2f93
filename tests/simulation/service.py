"""What becomes of so many jobs in a group of so many workers?"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

from consumer.core.model import Partition
from consumer.core.scheduling import Kind
from tests.simulation.agenda import Agenda
from tests.simulation.arrivals import STEADY, Arrivals
from tests.simulation.costs import GPU, DeviceProfile
from tests.simulation.job import DIARIZE, Job
from tests.simulation.options import DEFAULTS, WorkerOptions
from tests.simulation.outcome import Outcome
from tests.simulation.recordings import EVERYDAY, Lengths
from tests.simulation.worker import Worker

SETTLING = 0.2
"""Share of the arrivals before anything is measured."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that decides how a simulation ends."""

    load: float
    """Device seconds that arrive per device second, were nothing computed in vain."""
    jobs: int
    workers: int = 1
    partitions: int = 128
    keys: int | None = None
    """How many keys the jobs have, equally busy ones; None: each goes to a random partition."""
    profile: DeviceProfile = GPU
    lengths: Lengths = EVERYDAY
    arrivals: Arrivals = STEADY
    kinds: tuple[Kind, ...] = (DIARIZE,)
    """Each as likely as the others."""
    options: WorkerOptions = DEFAULTS
    seed: int = 1


def simulate(scenario: Scenario) -> Outcome:
    """Let every job of a scenario arrive and end; the same scenario always ends the same."""
    agenda = Agenda()
    jobs = list(_jobs(scenario))
    ended: list[Job] = []
    workers = [
        Worker(agenda, scenario.profile, scenario.options, ended.append)
        for _ in range(scenario.workers)
    ]
    _let_arrive(agenda, jobs, workers)
    settled, last = jobs[int(len(jobs) * SETTLING)].arrived, jobs[-1].arrived
    seen: list[list[float]] = []

    def look() -> None:
        seen.append([worker.device.busy_until_now() for worker in workers])

    agenda.at(settled, look)
    agenda.at(last, look)
    agenda.run()
    return Outcome(
        ended=ended,
        settled=settled,
        last_arrival=last,
        busy=[after - before for before, after in zip(*seen, strict=True)],
        loads=sum(worker.device.loads for worker in workers),
    )


def _let_arrive(agenda: Agenda, jobs: list[Job], workers: list[Worker]) -> None:
    """Partitions are dealt out evenly, one after the other; each job finds its worker."""
    coming = iter(jobs)

    def arrive(job: Job) -> None:
        workers[job.partition.number % len(workers)].arrive(job)
        put_down_next()

    def put_down_next() -> None:
        if job := next(coming, None):
            agenda.at(job.arrived, arrive, job)

    put_down_next()


def _jobs(scenario: Scenario) -> Iterator[Job]:
    """Draw the jobs; the rate is that at which these very recordings make the load."""
    random = Random(scenario.seed)
    lengths = [scenario.lengths.draw(random) for _ in range(scenario.jobs)]
    work = sum(scenario.profile.seconds_for(seconds) for seconds in lengths)
    rate = scenario.load * scenario.workers * scenario.jobs / work
    moments = islice(scenario.arrivals.moments(rate, random), scenario.jobs)
    partitions = [Partition("jobs", number) for number in range(scenario.partitions)]
    places = random.choices(partitions, k=scenario.keys) if scenario.keys else partitions
    for offset, (moment, seconds) in enumerate(zip(moments, lengths, strict=True)):
        kind = random.choice(scenario.kinds)
        yield Job(moment, seconds, kind, random.choice(places), offset)
