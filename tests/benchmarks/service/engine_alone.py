"""(a) How much of the engine's speed is left in the service, and does the device wait for work?"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from consumer.core.device_time import Doing
from consumer.settings import Settings
from demo.sound import Waveform
from tests.benchmarks.engine.passes import own_process, run
from tests.benchmarks.engine.variants import ENGINE
from tests.benchmarks.service import full_size
from tests.benchmarks.service.contenders import Contender, worker
from tests.benchmarks.service.finding import Extent, Finding, Verdict, turns_of
from tests.benchmarks.service.jobs import Request
from tests.benchmarks.service.place import Place
from tests.benchmarks.service.sounds import as_decoded, conversations

ROUNDS = 2
RECORDINGS, SECONDS = 24, 30.0
WANTED_RATIO, WANTED_IDLE_SHARE = 0.95, 0.05
ESTIMATE_SECONDS = 480.0
SERVICE, ALONE = "service", "engine alone"


@dataclass(frozen=True, slots=True)
class Round:
    """Both with the same recordings, one after the other."""

    service_seconds: float
    """From the first job that was sent to the last result that was seen."""
    engine_seconds: float
    idle_share: float
    device_seconds: Mapping[Doing, float]
    """By what the device did, as the worker counts it."""

    @property
    def ratio(self) -> float:
        return self.engine_seconds / self.service_seconds


def measure(place: Place, extent: Extent) -> Finding:
    """Warm both up, then let them take turns."""
    recordings = conversations(RECORDINGS, SECONDS)
    requests = [Request(uri) for uri in place.upload(recordings)]
    alone = Alone(full_size.pipeline(place), _batches(as_decoded(list(recordings.values()))))
    print(f"  {'round':>5} {'service s':>10} {'engine s':>10} {'ratio':>6} {'idle':>6}")
    rounds: list[Round] = []
    with worker(place, full_size.settings(alone.directory)) as service, own_process() as process:
        service.serve(requests[:1])
        for number in range(extent.rounds or ROUNDS):
            rounds.append(_round(number, service, requests, alone, process))
            print(_line(number, rounds[-1]), flush=True)
    return _finding(rounds)


@dataclass(frozen=True, slots=True)
class Alone:
    """What the engine is given where nothing is around it."""

    directory: Path
    """Of its pipeline."""
    batches: Sequence[Sequence[Waveform]]

    def seconds(self, process: ProcessPoolExecutor) -> float:
        """Diarize everything in this process; return how long it took."""
        passes = (process.submit(run, ENGINE, self.directory, each) for each in self.batches)
        return sum(one.result().wall_seconds for one in passes)


def idle_share(seconds: Mapping[Doing, float]) -> float:
    """Return the share of the device's time that it waited although there were jobs."""
    waited = seconds[Doing.FETCHING] + seconds[Doing.LINGERING]
    return waited / (waited + seconds[Doing.BUSY] + seconds[Doing.LOADING])


def _device_seconds(service: Contender) -> dict[Doing, float]:
    return {
        doing: service.metric("turnstream_device_seconds_total", doing=doing) for doing in Doing
    }


def _round(
    number: int,
    service: Contender,
    requests: Sequence[Request],
    alone: Alone,
    process: ProcessPoolExecutor,
) -> Round:
    served: list[float] = []
    taken: list[float] = []
    before = _device_seconds(service)
    turns = {
        SERVICE: lambda: served.append(service.serve(requests).seconds),
        ALONE: lambda: taken.append(alone.seconds(process)),
    }
    for name in turns_of([SERVICE, ALONE], number):
        turns[name]()
    after = _device_seconds(service)
    spent = {doing: after[doing] - before[doing] for doing in Doing}
    return Round(served[0], taken[0], idle_share(spent), spent)


def _batches(waveforms: Sequence[Waveform]) -> list[Sequence[Waveform]]:
    """Return them as a worker would run them that has nothing else to do."""
    most: int = Settings.model_fields["diarization_max_batch_size"].default
    return [waveforms[start : start + most] for start in range(0, len(waveforms), most)]


def _finding(rounds: Sequence[Round]) -> Finding:
    ratio = median(each.ratio for each in rounds)
    idle = median(each.idle_share for each in rounds)
    audio_seconds = RECORDINGS * SECONDS
    figures = {
        "service_over_engine": ratio,
        "device_idle_share": idle,
        "recordings": RECORDINGS,
        "seconds_per_recording": SECONDS,
        "audio_seconds_per_second": median(audio_seconds / each.service_seconds for each in rounds),
        "per_round": [asdict(each) for each in rounds],
    }
    verdicts = (
        Verdict("service_over_engine", ratio, ">=", WANTED_RATIO),
        Verdict("device idle share while work waits", idle, "<=", WANTED_IDLE_SHARE),
    )
    return Finding(figures, verdicts)


def _line(number: int, of: Round) -> str:
    return (
        f"  {number + 1:>5} {of.service_seconds:10.1f} {of.engine_seconds:10.1f} "
        f"{of.ratio:6.3f} {of.idle_share:6.1%}"
    )
