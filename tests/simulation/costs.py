"""What does each stage of a job cost, in seconds?

Measured where it says so, on two cores of an AMD EPYC (`make bench-engine`, `python -m
tests.benchmarks.clustering`); what depends on networks between machines is assumed.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.simulation.agenda import HOUR
from tests.simulation.job import Job

WINDOW_SECONDS = 10.0
"""Windows begin once a second."""


@dataclass(frozen=True, slots=True)
class DeviceProfile:
    """How fast a device is; a recording costs what its windows cost."""

    name: str
    seconds_per_window: float
    windows_per_step: int
    """Device batches have one shape: what is lacking is computed in vain."""
    seconds_per_batch: float
    """To begin a batch of recordings: what is not overlapped with the windows."""
    load_seconds: float
    """To load a model."""

    def work(self, batch: Sequence[Job]) -> Iterator[float]:
        """Seconds of device until each recording of a batch is done, after the one before it."""
        windows, before = 0, 0.0
        for job in batch:
            windows += windows_of(job.seconds)
            steps = math.ceil(windows / self.windows_per_step)
            done = self.seconds_per_batch + steps * self.windows_per_step * self.seconds_per_window
            yield done - before
            before = done

    def seconds_for(self, audio_seconds: float) -> float:
        """Device seconds of a recording, were nothing computed in vain."""
        return windows_of(audio_seconds) * self.seconds_per_window


def windows_of(audio_seconds: float) -> int:
    return 1 + max(0, math.ceil(audio_seconds - WINDOW_SECONDS))


CPU = DeviceProfile(
    name="2-core CPU",
    # Measured: 8.9 s for 30 s and 60 s of speech, which are 72 windows.
    seconds_per_window=0.1236,
    # Only segmentation is padded, to 4, and it is a tenth of the work.
    windows_per_step=1,
    seconds_per_batch=0.005,
    load_seconds=5.0,
)
GPU = DeviceProfile(
    name="H200-like GPU",
    # Estimated, never measured: 3.4 to 4.3 s for one hour in fp32, from the count of operations.
    seconds_per_window=4.0 / 3591,
    windows_per_step=32,
    seconds_per_batch=0.02,
    load_seconds=5.0,
)


@dataclass(frozen=True, slots=True)
class StageCosts:
    """What a job costs apart from the device; each stage has threads of its own."""

    begin: float = 0.03
    """Until a job's mark is out, with a transaction (assumed)."""
    request: float = 0.02
    """Until the object store answers (assumed: one in the same region)."""
    download_per_second: float = 0.00016
    """16 kB of FLAC for a second of audio, at 100 MB/s (assumed)."""
    decode: float = 0.0022
    """To reach the decoder child and back (measured)."""
    decode_per_second: float = 2.6 / HOUR
    """FLAC of 16 kHz (measured; Opus takes four times as long)."""
    cluster_per_hour: float = 2.16
    """VBx over 500 clusters, turns (measured at ten hours; fewer clusters cost less)."""
    cluster_per_square_hour: float = 0.51
    """Centroid linkage looks at all pairs of embeddings (measured at ten hours)."""
    publish: float = 0.05
    """Until the loop has taken it and its transaction is committed (assumed)."""

    def fetch(self, job: Job) -> float:
        """Download and decode."""
        per_second = self.download_per_second + self.decode_per_second
        return self.request + self.decode + per_second * job.seconds

    def cluster(self, job: Job) -> float:
        hours = job.seconds / HOUR
        return self.cluster_per_hour * hours + self.cluster_per_square_hour * hours**2

    def store(self, _job: Job) -> float:
        return self.request


MEASURED = StageCosts()
