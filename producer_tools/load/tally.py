"""Count what was sent and what came back, and when."""

from collections import Counter
from datetime import datetime
from typing import Final

from producer_tools.load.plan import Send
from schemas.job import Job
from schemas.result import Result

LATE_SECONDS: Final = 1.0
"""So far behind, a load is not the one that was asked for."""


class Tally:
    """What is known of a load while it runs."""

    def __init__(self) -> None:
        self.jobs = 0
        self.audio_seconds = 0.0
        """How much audio the jobs say they have, those that say it."""
        self.due_seconds = 0.0
        """When the latest job was due."""
        self.late_seconds = 0.0
        """How late it was sent."""
        self.most_late_seconds = 0.0
        self.statuses: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()
        self.reused = 0
        self.latencies: list[float] = []
        """Seconds from the job's message to its result's, by arrival."""
        self._open: dict[str, datetime] = {}
        self._first_sent: datetime | None = None
        self._last_result: datetime | None = None

    @property
    def unanswered(self) -> int:
        """Jobs without a result so far."""
        return len(self._open)

    @property
    def answering_seconds(self) -> float:
        """From the first job to the latest result."""
        if self._first_sent is None or self._last_result is None:
            return 0.0
        return (self._last_result - self._first_sent).total_seconds()

    def sent(self, send: Send, late_seconds: float, job: Job, now: datetime) -> None:
        """Take note of a job that goes out now."""
        self.jobs += 1
        self.due_seconds, self.late_seconds = send.due_seconds, late_seconds
        self.most_late_seconds = max(self.most_late_seconds, late_seconds)
        self.audio_seconds += job.audio.duration_seconds or 0.0
        self._first_sent = self._first_sent or now
        self._open[job.job_id] = now

    def answered(self, result: Result, written_at: datetime) -> None:
        """Take note of a result, unless it is somebody else's or a repetition."""
        sent_at = self._open.pop(result.job_id or "", None)
        if sent_at is None:
            return
        # The broker may have written a time of its own on the job's message: workers saw that.
        began_at = result.origin.timestamp or sent_at
        self.latencies.append((written_at - began_at).total_seconds())
        self.statuses[result.status] += 1
        self.reused += result.reused
        self._last_result = max(self._last_result or written_at, written_at)
        if result.error:
            self.codes[result.error.code] += 1

    def __str__(self) -> str:
        parts = [f"{self.jobs} jobs sent"]
        if self.latencies:
            parts.append(f"{len(self.latencies)} answered")
        if self.late_seconds > LATE_SECONDS:
            parts.append(f"{self.late_seconds:.1f} s behind the rate")
        return ", ".join(parts)
