"""How much may one file cost before it is given up?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """What one decode may use at most; beyond it the job fails and the worker lives."""

    audio_seconds: float = 36_000.0
    """Decoded duration; a 1 MB FLAC may hold twelve hours of silence."""
    cpu_seconds: int = 600
    """CPU time of one file; ten hours of Opus take about two minutes."""
    wall_seconds: float = 1_800.0
    """Waiting time for one file, whatever the machine is busy with."""
    memory_bytes: int = 512 * 1024 * 1024
    """Address space of a child beyond its libraries; the decoded samples are not included."""
    jobs_per_child: int = 10_000
    """After so many files a child is replaced, so that no leak lasts; one that grows goes at once.

    A start takes 0.13 s of processor time."""
