"""(b) What does the service cost when its model costs nothing, against a plain loop?"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from tests.benchmarks.service.contenders import INSTANT_WORKER, Contender, plain_loop, worker
from tests.benchmarks.service.finding import Extent, Finding, Verdict, turns_of
from tests.benchmarks.service.jobs import Request
from tests.benchmarks.service.place import Place
from tests.benchmarks.service.sounds import bursts

ROUNDS = 3
RECORDINGS, SECONDS = 50, 10.0
PACED_PER_SECOND = 30.0
"""Half of what the plain loop can do: nobody waits for capacity."""
WANTED_JOBS_RATIO, WANTED_CPU_RATIO = 1.4, 1.1
ESTIMATE_SECONDS = 240.0
WORKER, LOOP = "worker", "plain loop"


@dataclass(frozen=True, slots=True)
class Round:
    """What one contender did with a backlog, and with jobs at a steady rate."""

    jobs_per_second: float
    cpu_ms_per_job: float
    p50_ms: float
    p99_ms: float
    answer_bytes: float
    """Mean size of a result message, uncompressed."""


@dataclass(frozen=True, slots=True)
class Load:
    """How many jobs each contender gets, in each round."""

    warm_up: int = 200
    """Once, before the first round."""
    backlog: int = 1500
    paced: int = 400


WHOLE = Load()


def measure(place: Place, extent: Extent, load: Load = WHOLE) -> Finding:
    """Let both take turns on the same recordings."""
    uris = place.upload(bursts(RECORDINGS, SECONDS))
    rounds: dict[str, list[Round]] = {WORKER: [], LOOP: []}
    print(f"  {'round':>5} {'':<10} {'jobs/s':>7} {'CPU ms/job':>10} {'p50 ms':>7} {'p99 ms':>7}")
    with worker(place, {}, INSTANT_WORKER) as service, plain_loop(place) as loop:
        contenders = {WORKER: service, LOOP: loop}
        for contender in contenders.values():
            contender.serve(requests(uris, load.warm_up))
        for number in range(extent.rounds or ROUNDS):
            for name in turns_of([WORKER, LOOP], number):
                rounds[name].append(_round(contenders[name], uris, load))
                print(_line(number, name, rounds[name][-1]), flush=True)
    return _finding(rounds)


def requests(uris: Sequence[str], number: int) -> list[Request]:
    """Return so many jobs about these recordings, one after the other."""
    return [Request(uris[index % len(uris)]) for index in range(number)]


def _round(contender: Contender, uris: Sequence[str], load: Load) -> Round:
    backlog = contender.serve(requests(uris, load.backlog))
    paced = contender.serve(requests(uris, load.paced), PACED_PER_SECOND)
    return Round(
        backlog.jobs_per_second,
        backlog.cpu_ms_per_job,
        paced.latency_ms(50),
        paced.latency_ms(99),
        backlog.answer_bytes,
    )


def _finding(rounds: Mapping[str, Sequence[Round]]) -> Finding:
    pairs = list(zip(rounds[WORKER], rounds[LOOP], strict=True))
    jobs = median(ours.jobs_per_second / theirs.jobs_per_second for ours, theirs in pairs)
    cpu = median(ours.cpu_ms_per_job / theirs.cpu_ms_per_job for ours, theirs in pairs)
    figures = {
        "jobs_per_second_ratio": jobs,
        "cpu_per_job_ratio": cpu,
        **{name.replace(" ", "_"): _typical(rounds[name]) for name in (WORKER, LOOP)},
        "per_round": {name: [asdict(each) for each in rounds[name]] for name in rounds},
    }
    return Finding(
        figures,
        (
            Verdict("jobs/s, worker over plain loop", jobs, ">=", WANTED_JOBS_RATIO),
            Verdict("CPU per job, worker over plain loop", cpu, "<=", WANTED_CPU_RATIO),
        ),
    )


def _typical(rounds: Sequence[Round]) -> dict[str, float]:
    each = [asdict(one) for one in rounds]
    return {name: median(one[name] for one in each) for name in each[0]}


def _line(number: int, name: str, of: Round) -> str:
    return (
        f"  {number + 1:>5} {name:<10} {of.jobs_per_second:7.1f} {of.cpu_ms_per_job:10.2f} "
        f"{of.p50_ms:7.1f} {of.p99_ms:7.1f}"
    )
