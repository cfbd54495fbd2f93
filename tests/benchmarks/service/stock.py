"""(c) How much faster is the service than a plain loop with stock, as it is configured?"""

from dataclasses import asdict, dataclass
from statistics import median

from tests.benchmarks.ffmpeg import ffmpeg_libraries, why_no_files
from tests.benchmarks.service import full_size
from tests.benchmarks.service.contenders import Contender, plain_loop, worker
from tests.benchmarks.service.finding import Extent, Finding, Verdict, turns_of
from tests.benchmarks.service.jobs import Request
from tests.benchmarks.service.place import Place
from tests.benchmarks.service.sounds import conversations

ROUNDS = 1
RECORDINGS, SECONDS = 6, 30.0
WARM_UP_SECONDS = 10.0
WANTED_RATIO = 6.0
ESTIMATE_SECONDS = 360.0
SERVICE, LOOP = "service", "plain loop"


@dataclass(frozen=True, slots=True)
class Round:
    """From the first job that was sent to the last result that was seen."""

    service_seconds: float
    loop_seconds: float

    @property
    def ratio(self) -> float:
        return self.loop_seconds / self.service_seconds


def measure(place: Place, extent: Extent) -> Finding:
    """Warm both up with a short recording, then let them take turns."""
    with ffmpeg_libraries():
        if reason := why_no_files():
            print(f"  not measured: {reason}")
            return Finding({"service_over_plain_loop": None, "reason": reason}, ())
        return _finding(_rounds(place, extent.rounds or ROUNDS))


def _rounds(place: Place, number: int) -> list[Round]:
    requests = [Request(uri) for uri in place.upload(conversations(RECORDINGS, SECONDS))]
    warm_up = [Request(uri) for uri in place.upload(conversations(1, WARM_UP_SECONDS))]
    directory = full_size.pipeline(place)
    rounds: list[Round] = []
    print(f"  {'round':>5} {'service s':>10} {'loop s':>10} {'ratio':>6}")
    with (
        worker(place, full_size.settings(directory)) as service,
        plain_loop(place, directory) as loop,
    ):
        contenders = {SERVICE: service, LOOP: loop}
        for contender in contenders.values():
            contender.serve(warm_up)
        for each in range(number):
            rounds.append(_round(each, contenders, requests))
            print(_line(each, rounds[-1]), flush=True)
    return rounds


def _round(number: int, contenders: dict[str, Contender], requests: list[Request]) -> Round:
    seconds = {
        name: contenders[name].serve(requests).seconds for name in turns_of([SERVICE, LOOP], number)
    }
    return Round(seconds[SERVICE], seconds[LOOP])


def _finding(rounds: list[Round]) -> Finding:
    ratio = median(each.ratio for each in rounds)
    figures = {
        "service_over_plain_loop": ratio,
        "recordings": RECORDINGS,
        "seconds_per_recording": SECONDS,
        "per_round": [asdict(each) for each in rounds],
    }
    verdict = Verdict("throughput, service over plain loop with stock", ratio, ">=", WANTED_RATIO)
    return Finding(figures, (verdict,))


def _line(number: int, of: Round) -> str:
    return f"  {number + 1:>5} {of.service_seconds:10.1f} {of.loop_seconds:10.1f} {of.ratio:6.2f}"
