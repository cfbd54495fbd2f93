"""(e) How much longer does one job take in an idle worker than the engine itself needs?"""

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from statistics import median

from tests.benchmarks.engine.passes import own_process
from tests.benchmarks.service import full_size
from tests.benchmarks.service.contenders import Contender, worker
from tests.benchmarks.service.engine_alone import Alone
from tests.benchmarks.service.finding import Extent, Finding, Verdict
from tests.benchmarks.service.jobs import Request
from tests.benchmarks.service.place import Place
from tests.benchmarks.service.sounds import as_decoded, conversations

JOBS = 20
SECONDS = 10.0
PAUSE_SECONDS = 0.3
"""Long enough for the worker to come to rest."""
WANTED_MS = 150.0
ESTIMATE_SECONDS = 150.0


@dataclass(frozen=True, slots=True)
class Pair:
    """One job, and the same recording in the engine alone right after it."""

    job_ms: float
    """From the sending of the job until a reader had its result."""
    engine_ms: float
    on_device_ms: float
    """Device and clustering, as the worker itself tells it."""

    @property
    def added_ms(self) -> float:
        return self.job_ms - self.engine_ms


def measure(place: Place, _: Extent) -> Finding:
    """Send single jobs to a worker whose model is loaded."""
    recordings = conversations(1, SECONDS)
    (request,) = (Request(uri) for uri in place.upload(recordings))
    alone = Alone(full_size.pipeline(place), [as_decoded(list(recordings.values()))])
    with worker(place, full_size.settings(alone.directory)) as service, own_process() as process:
        service.serve([request])
        alone.seconds(process)
        pairs = [_pair(service, request, alone, process) for _ in range(JOBS)]
    return _finding(pairs)


def _pair(service: Contender, request: Request, alone: Alone, process: ProcessPoolExecutor) -> Pair:
    time.sleep(PAUSE_SECONDS)
    (answer,) = service.serve([request]).answers
    on_device = sum(answer.result.timings.get(stage, 0.0) for stage in ("device", "cluster"))
    return Pair(answer.seconds * 1000, alone.seconds(process) * 1000, on_device * 1000)


def _finding(pairs: list[Pair]) -> Finding:
    added = median(pair.added_ms for pair in pairs)
    around = median(pair.job_ms - pair.on_device_ms for pair in pairs)
    job = median(pair.job_ms for pair in pairs)
    print(f"  {len(pairs)} jobs of {SECONDS:g} s: p50 {job:.0f} ms, {added:.0f} ms added")
    print(f"  {around:.0f} ms before and after the device, as the worker tells it")
    figures = {
        "added_ms": added,
        "around_the_device_ms": around,
        "job_ms": job,
        "pairs": [asdict(pair) for pair in pairs],
    }
    verdict = Verdict("added to the engine's own time, p50 in ms", added, "<=", WANTED_MS)
    return Finding(figures, (verdict,))
