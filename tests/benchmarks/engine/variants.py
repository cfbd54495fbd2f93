"""Which ways to diarize are compared?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to get turns, in a process of its own."""

    name: str
    is_engine: bool = False
    keeps_memory: bool = False
    """Whether the allocator keeps what is freed; it cannot be told to stop doing so."""
    reads_files: bool = False
    """Whether it is given paths instead of waveforms."""
    batch: int | None = None
    """Voices per batch of stock's embedding network; None: as configured."""
    threads: int | None = None
    """Batches side by side in the engine; None: one per core."""
    device: str = "cpu"
    rounds: bool = False
    """Whether the engine computes its trunk in TF32, with the certificate."""


STOCK = Variant("stock, as configured")
TUNED = Variant("stock, tuned", keeps_memory=True)
FILES = Variant("stock, from files", reads_files=True)
ENGINE = Variant("engine", is_engine=True, keeps_memory=True)
ONE_LANE = Variant("engine, one lane", is_engine=True, keeps_memory=True, threads=1)
