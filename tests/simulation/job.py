"""What does the simulation know about one job?"""

from dataclasses import dataclass

from consumer.core.model import Partition
from consumer.core.scheduling import Kind

BYTES_PER_SECOND = 64_000
"""Of decoded audio: 16 kHz in four bytes each."""

DIARIZE: Kind = ("diarize", "community-1")
EMBED: Kind = ("embed", "community-1")


@dataclass(slots=True, eq=False)
class Job:
    """A recording that waits for its turns; moments are in seconds on the simulation's clock."""

    arrived: float
    seconds: float
    """Of audio."""
    kind: Kind
    partition: Partition
    offset: int
    ready: float = -1.0
    """When it was decoded and stood before the device."""
    began: float = -1.0
    """When the batch that it was in had the device."""
    ended: float = -1.0

    @property
    def size_bytes(self) -> int:
        return int(self.seconds * BYTES_PER_SECOND)

    @property
    def wait(self) -> float:
        """From its arrival on the topic until the device took it."""
        return self.began - self.arrived

    @property
    def latency(self) -> float:
        """From its arrival on the topic until its result could be read."""
        return self.ended - self.arrived
