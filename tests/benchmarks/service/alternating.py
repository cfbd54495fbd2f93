"""(d) How often are models exchanged when jobs of two kinds alternate, and who waits for it?"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from consumer.settings.models import DiarizationSettings
from tests.benchmarks.service.contenders import Contender, worker
from tests.benchmarks.service.finding import Extent, Finding, Verdict, turns_of
from tests.benchmarks.service.jobs import Request
from tests.benchmarks.service.place import Place
from tests.benchmarks.service.reluctant_worker import LOAD_SECONDS, MODELS, RUN_SECONDS
from tests.benchmarks.service.sounds import bursts

ROUNDS = 1
PARTITIONS = 24
JOBS = 192
SECONDS = 1.0
WANTED_RATIO = 10.0
ESTIMATE_SECONDS = 320.0
STICKY, ARRIVAL = "sticky", "order of arrival"
MODULE = "tests.benchmarks.service.reluctant_worker"
ONE_FITS = {
    "TURNSTREAM_MODELS__CATALOGUE": json.dumps({name: {"directory": "none"} for name in MODELS}),
    "TURNSTREAM_MODELS__DEFAULT": MODELS[0],
    "TURNSTREAM_MODELS__MAX_RESIDENT": "1",
    "TURNSTREAM_WORKER__MAX_IN_FLIGHT_JOBS": str(4 * PARTITIONS),
}
"""Two models, of which the device has room for one; and the worker sees some way down each line."""
ONE_BY_ONE = {
    "DIARIZATION_MAX_BATCH_SIZE": "1",
    "TURNSTREAM_DIARIZATION__MAX_RUN_SECONDS": "0",
    "TURNSTREAM_DIARIZATION__MAX_WAIT_SECONDS": "0",
}
"""The oldest job is always next, and nobody shares its batch."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one order of work came to."""

    model_loads: float
    seconds: float
    worst_wait_seconds: float
    """Of a recording that was ready for the device."""
    worst_batch_seconds: float

    @property
    def jobs_per_second(self) -> float:
        return JOBS / self.seconds


def measure(place: Place, extent: Extent) -> Finding:
    """Let both orders take turns with jobs that ask for one model and the other in turn."""
    uris = place.upload(bursts(1, SECONDS))
    requests = [Request(uris[0], model) for model in alternation(JOBS, PARTITIONS)]
    rounds: dict[str, list[Round]] = {STICKY: [], ARRIVAL: []}
    print(f"  {'':<16} {'loads':>6} {'jobs/s':>7} {'worst wait s':>12}")
    with (
        worker(place, ONE_FITS, MODULE, PARTITIONS) as sticky,
        worker(place, {**ONE_FITS, **ONE_BY_ONE}, MODULE, PARTITIONS) as arrival,
    ):
        contenders = {STICKY: sticky, ARRIVAL: arrival}
        for contender in contenders.values():
            contender.serve(requests[:1])  # what measures a model's memory is imported by then
        for number in range(extent.rounds or ROUNDS):
            for name in turns_of([STICKY, ARRIVAL], number):
                rounds[name].append(_round(contenders[name], requests))
                print(_line(name, rounds[name][-1]), flush=True)
    return _finding(rounds)


def alternation(jobs: int, partitions: int) -> list[str]:
    """Return models so that both the order of arrival and every partition alternate.

    Jobs go to the partitions in turn: each row of them begins with the other model.
    """
    return [MODELS[(number + number // partitions) % 2] for number in range(jobs)]


def _round(contender: Contender, requests: Sequence[Request]) -> Round:
    loads = contender.metric("turnstream_model_load_seconds_count")
    served = contender.serve(requests)
    timings = [answer.result.timings for answer in served.answers]
    return Round(
        model_loads=contender.metric("turnstream_model_load_seconds_count") - loads,
        seconds=served.seconds,
        worst_wait_seconds=max(each["device_wait"] for each in timings),
        worst_batch_seconds=max(each["device"] for each in timings),
    )


def _finding(rounds: Mapping[str, Sequence[Round]]) -> Finding:
    pairs = list(zip(rounds[STICKY], rounds[ARRIVAL], strict=True))
    ratio = median(arrival.model_loads / sticky.model_loads for sticky, arrival in pairs)
    speed = median(sticky.jobs_per_second / arrival.jobs_per_second for sticky, arrival in pairs)
    worst = max(rounds[STICKY], key=lambda each: each.worst_wait_seconds)
    bound = _age_bound_seconds() + LOAD_SECONDS + worst.worst_batch_seconds
    figures = {
        "model_loads_ratio": ratio,
        "throughput_ratio": speed,
        "worst_wait_seconds": worst.worst_wait_seconds,
        "age_bound_seconds": _age_bound_seconds(),
        "load_seconds": LOAD_SECONDS,
        "run_seconds_per_job": RUN_SECONDS,
        "jobs": JOBS,
        "partitions": PARTITIONS,
        "per_round": {name: [asdict(each) for each in rounds[name]] for name in rounds},
    }
    verdicts = (
        Verdict("model loads, order of arrival over sticky", ratio, ">=", WANTED_RATIO),
        Verdict(
            "worst wait for the device in s (bound + one batch + one load)",
            worst.worst_wait_seconds,
            "<=",
            bound,
        ),
    )
    return Finding(figures, verdicts)


def _age_bound_seconds() -> float:
    return float(DiarizationSettings.model_fields["max_wait_seconds"].default)


def _line(name: str, of: Round) -> str:
    return (
        f"  {name:<16} {of.model_loads:6.0f} {of.jobs_per_second:7.2f} "
        f"{of.worst_wait_seconds:12.1f}"
    )
