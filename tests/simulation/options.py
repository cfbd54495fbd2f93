"""With what settings do the simulated workers run?"""

from dataclasses import dataclass

from consumer.core.admission import Load
from consumer.core.batching import BatchPolicy
from consumer.core.scheduling import Stickiness
from consumer.settings import Settings
from consumer.settings.models import DiarizationSettings
from consumer.settings.process import WorkerSettings
from tests.simulation.costs import MEASURED, StageCosts
from tests.simulation.job import Job

_DIARIZATION = DiarizationSettings()
_WORKER = WorkerSettings()
_BATCHES = BatchPolicy(
    max_jobs=Settings.model_fields["diarization_max_batch_size"].default,
    max_audio_seconds=_DIARIZATION.max_batch_audio_seconds,
    linger_seconds=_DIARIZATION.linger_seconds,
    long_seconds=_DIARIZATION.long_seconds,
)
_STICKINESS = Stickiness(
    max_run_seconds=_DIARIZATION.max_run_seconds,
    max_wait_seconds=_DIARIZATION.max_wait_seconds,
)
_IN_FLIGHT = Load(
    jobs=_WORKER.max_in_flight_jobs,
    audio_seconds=_WORKER.max_in_flight_audio_seconds,
    bytes=_WORKER.max_in_flight_bytes,
)


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """The worker's settings at their defaults, what its stages cost, and how it deviates."""

    batches: BatchPolicy = _BATCHES
    stickiness: Stickiness = _STICKINESS
    in_flight: Load = _IN_FLIGHT
    costs: StageCosts = MEASURED
    fetch_threads: int = _WORKER.fetch_threads
    cluster_threads: int = _WORKER.cluster_threads
    store_threads: int = _WORKER.store_threads
    is_sticky: bool = True
    """Else jobs go to the device in order of arrival."""
    turns: int = 2
    """Batches that are on the device at once."""
    models_on_device: int = 2


DEFAULTS = WorkerOptions()


def is_long(job: Job) -> bool:
    """Whether it takes turns with others on the device, where the setting has its default."""
    return job.seconds > _DIARIZATION.long_seconds


def is_short(job: Job) -> bool:
    return not is_long(job)
