"""How big is a run, and which services take part in it?"""

from dataclasses import dataclass

from tests.chaos.service import Delivery, Protocol


@dataclass(frozen=True, slots=True)
class Part:
    """One service of a run, and its share of the jobs."""

    name: str
    protocol: Protocol
    delivery: Delivery
    store: str
    share: float


PARTS = (
    Part("kip848", "consumer", "transactional", "minio", 0.475),
    Part("classic", "classic", "transactional", "versitygw", 0.475),
    Part("at-least-once", "consumer", "at-least-once", "minio", 0.05),
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    seed: int
    jobs: int
    faults: int
    seconds: float
    """For which jobs come in and faults strike."""
    settle_seconds: float
    """How long the workers may take afterwards until nothing is left to do."""
    longest_fault_seconds: float = 60.0
    """Kinds of faults that may last longer stay away."""
    partitions: int = 6
    workers: int = 2
    """Of each service, to begin with."""
