"""Say how much work is waiting, from the messages that a group has not finished."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import fmean

from producer_tools.kafka.messages import Incoming
from schemas.commit_metadata import UNMARKED, Progress
from schemas.headers import audio_seconds


@dataclass(frozen=True, slots=True)
class WaitingJob:
    """A job that the group has still to finish."""

    partition: int
    written_ms: int
    audio_seconds: float | None
    """As its producer says; None when it says nothing."""
    started: bool
    """A worker has begun it, and has neither ended it nor handed it back."""
    in_retry: bool
    """It failed before and waits for another attempt."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is waiting in one partition, or in all."""

    jobs: int
    audio_seconds: float | None
    """None when no job says how long its audio is."""
    oldest_ms: int | None
    """When the oldest was written, in milliseconds since 1970; None when nothing waits."""
    started: int
    in_retry: int

    def age_seconds(self, now: datetime) -> float | None:
        """Say how long the oldest has waited; clocks that disagree make it no less than 0."""
        if self.oldest_ms is None:
            return None
        return max(0.0, round(now.timestamp() - self.oldest_ms / 1000, 3))

    def document(self, now: datetime) -> dict[str, object]:
        """Say all of it in JSON's terms."""
        return {
            "jobs": self.jobs,
            "audio_seconds": self.audio_seconds,
            "oldest_seconds": self.age_seconds(now),
            "started": self.started,
            "in_retry": self.in_retry,
        }


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a group is behind."""

    total: Backlog
    partitions: dict[int, Backlog]

    def document(self, now: datetime) -> dict[str, object]:
        """Say all of it in JSON's terms."""
        each = [
            {"partition": number, **backlog.document(now)}
            for number, backlog in sorted(self.partitions.items())
        ]
        return {
            "measured_at": now.astimezone(UTC).isoformat(timespec="milliseconds"),
            **self.total.document(now),
            "partitions": each,
        }


def waiting_job(incoming: Incoming, progress: Progress | None) -> WaitingJob | None:
    """Judge a message; None for a finished job, and for a null value, which is none.

    Without progress, the group has committed nothing in its partition.
    """
    offset = incoming.position.offset
    if incoming.value is None or (progress and progress.is_finished(offset)):
        return None
    mark = progress.open.get(offset, UNMARKED) if progress else UNMARKED
    return WaitingJob(
        partition=incoming.position.partition,
        written_ms=incoming.timestamp_ms,
        audio_seconds=audio_seconds(incoming.headers),
        started=mark.starts > 0,
        in_retry=mark.attempts > 0,
    )


def measure(jobs: Sequence[WaitingJob], partitions: Iterable[int]) -> Lag:
    """Add up what waits; a job that says nothing of its audio counts as the mean of the others."""
    said = [job.audio_seconds for job in jobs if job.audio_seconds is not None]
    mean = fmean(said) if said else None
    by_partition: dict[int, list[WaitingJob]] = {partition: [] for partition in partitions}
    for job in jobs:
        by_partition[job.partition].append(job)
    return Lag(
        _backlog(jobs, mean),
        {number: _backlog(some, mean) for number, some in by_partition.items()},
    )


def _backlog(jobs: Sequence[WaitingJob], mean: float | None) -> Backlog:
    return Backlog(
        jobs=len(jobs),
        audio_seconds=_audio_seconds(jobs, mean),
        oldest_ms=min((job.written_ms for job in jobs), default=None),
        started=sum(job.started for job in jobs),
        in_retry=sum(job.in_retry for job in jobs),
    )


def _audio_seconds(jobs: Sequence[WaitingJob], mean: float | None) -> float | None:
    if not jobs:
        return 0.0
    if mean is None:
        return None
    seconds = (mean if job.audio_seconds is None else job.audio_seconds for job in jobs)
    return round(sum(seconds), 3)
