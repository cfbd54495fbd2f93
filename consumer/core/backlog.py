"""How much work lies before the worker, how old is it, and how long will it take?

Everything here is an estimate, but for the number of jobs: what a job that was not read yet holds
is guessed from those that were.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp

from consumer.core.model import Partition
from consumer.core.standing import Reached, Standing

MEMORY_SECONDS = 600.0
"""Of work: what the worker did longer ago says little about how fast it is now."""
LEAST_SECONDS = 5.0
"""Of work, before anything is said about its speed."""
MOST_SIGHTS = 512
"""Of a log's end: what came between two of them counts as old as the earlier."""


class Pace:
    """How fast audio is worked off while there is work, and how long recordings are; it forgets."""

    def __init__(self) -> None:
        self._jobs = 0.0
        self._audio_seconds = 0.0
        self._seconds = 0.0

    def ran(self, jobs: int, audio_seconds: float) -> None:
        """Note what has gone through the device."""
        self._jobs += jobs
        self._audio_seconds += audio_seconds

    def worked(self, seconds: float) -> None:
        """Let so many seconds pass in which a job was under way."""
        kept = exp(-seconds / MEMORY_SECONDS)
        self._jobs *= kept
        self._audio_seconds *= kept
        self._seconds = self._seconds * kept + seconds

    @property
    def audio_seconds_per_job(self) -> float | None:
        """None: nothing has run yet."""
        return self._audio_seconds / self._jobs if self._jobs else None

    @property
    def audio_seconds_per_second(self) -> float | None:
        """None: not known yet."""
        if not self._audio_seconds or self._seconds < LEAST_SECONDS:
            return None
        return self._audio_seconds / self._seconds


class Sights:
    """When the end of one log was seen to lie where: so what was not read yet has an age."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque(maxlen=MOST_SIGHTS)

    @property
    def end(self) -> int:
        """Where it lay when it was last seen."""
        return self._seen[-1][1] if self._seen else 0

    def see(self, end: int, now: float) -> None:
        """Note where the log ends; an end that has not moved is no news."""
        if not self._seen or end != self.end:
            self._seen.append((now, end))

    def forget_before(self, offset: int) -> None:
        """Drop what tells only of offsets before this one."""
        while len(self._seen) > 1 and self._seen[0][1] <= offset:
            self._seen.popleft()

    def seconds_since(self, offset: int, now: float) -> float | None:
        """Return for how long the offset has been known to be there; None: it was never seen."""
        return next((now - seen for seen, end in self._seen if end > offset), None)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What the group has not finished of the partitions that are ours; None: not known."""

    jobs: Mapping[Partition, int] = field(default_factory=dict)
    """Of partitions whose log's end has been seen."""
    audio_seconds: float | None = None
    oldest_seconds: float | None = None
    """How long ago the oldest of these jobs was written; None also: there is none."""
    eta_seconds: float | None = None
    """Until this worker has worked it off, if nothing is added."""


class BacklogWatch:
    """Puts together what the loop, the device and the brokers say; times are monotonic."""

    def __init__(self) -> None:
        self.pace = Pace()
        self._sights: dict[Partition, Sights] = {}
        self._standing = Standing(0.0)

    @property
    def partitions(self) -> list[Partition]:
        """Whose ends are of interest."""
        return list(self._standing.partitions)

    def stands(self, standing: Standing) -> None:
        """Hear from the loop."""
        if standing.is_working:
            self.pace.worked(standing.seconds)
        self._standing = standing

    def saw(self, ends: Mapping[Partition, int], now: float) -> None:
        """Hear where logs end, the last record that readers may see included."""
        partitions = self._standing.partitions
        self._sights = {p: s for p, s in self._sights.items() if p in partitions}
        for partition, end in ends.items():
            if reached := partitions.get(partition):
                sights = self._sights.setdefault(partition, Sights())
                sights.see(end, now)
                sights.forget_before(reached.next)

    def backlog(self, now: float, utc_ms: float) -> Backlog:
        """Say what is known at this moment."""
        known = [
            (p, r, s) for p, r in self._standing.partitions.items() if (s := self._sights.get(p))
        ]
        jobs = {p: _unfinished(reached, sights.end) for p, reached, sights in known}
        total, mean = sum(jobs.values()), self.pace.audio_seconds_per_job
        audio_seconds = _times(total, mean) if jobs else None
        speed = self.pace.audio_seconds_per_second
        return Backlog(
            jobs=jobs,
            audio_seconds=audio_seconds,
            oldest_seconds=self._oldest_seconds(known, now, utc_ms),
            eta_seconds=None if audio_seconds is None else _over(audio_seconds, speed),
        )

    def _oldest_seconds(
        self, known: list[tuple[Partition, Reached, Sights]], now: float, utc_ms: float
    ) -> float | None:
        """Those in our care say when they were written; the rest is as old as it was first seen."""
        unread = (sights.seconds_since(reached.next, now) for _, reached, sights in known)
        ages = [age for age in unread if age is not None]
        if self._standing.oldest_ms is not None:
            ages.append(max(0.0, (utc_ms - self._standing.oldest_ms) / 1000))
        return max(ages, default=None)


def _unfinished(reached: Reached, end: int) -> int:
    return reached.unfinished + max(0, end - reached.end)


def _times(jobs: int, audio_seconds_per_job: float | None) -> float | None:
    """Nothing is nothing, however long recordings are."""
    if not jobs:
        return 0.0
    return None if audio_seconds_per_job is None else jobs * audio_seconds_per_job


def _over(audio_seconds: float, speed: float | None) -> float | None:
    if not audio_seconds:
        return 0.0
    return None if speed is None else audio_seconds / speed
