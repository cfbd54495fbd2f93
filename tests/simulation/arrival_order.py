"""How does a worker gather batches that serves jobs simply as they come?"""

from collections import deque

from consumer.core.batching import ANYBODY, Batch, BatchPolicy, Closed, Welcome
from consumer.core.scheduling import Residents
from tests.simulation.job import Job


class ArrivalOrder:
    """One line for everything; a batch is what it begins with of one kind. To compare with."""

    def __init__(self, policy: BatchPolicy) -> None:
        self._policy = policy
        self._line: deque[tuple[float, Job]] = deque()

    def add(self, item: Job, now: float) -> None:
        self._line.append((now, item))

    def seconds_until_due(self, now: float, welcome: Welcome = ANYBODY) -> float | None:
        """Return how long the first may still wait for company; None: nobody waits."""
        if not self._line:
            return None
        return max(0.0, self._line[0][0] + self._policy.linger_seconds - now)

    def next_batch(
        self, now: float, residents: Residents, welcome: Welcome = ANYBODY
    ) -> Batch[Job] | None:
        """Return the next batch, or None if it pays to wait a little longer."""
        count, closed = self._prefix()
        if count == 0 or (closed is Closed.LINGER and self.seconds_until_due(now) != 0.0):
            return None
        return Batch([self._line.popleft()[1] for _ in range(count)], closed)

    def _prefix(self) -> tuple[int, Closed]:
        seconds = 0.0
        for count, (_, job) in enumerate(self._line):
            seconds += job.seconds
            if count == self._policy.max_jobs:
                return count, Closed.JOBS
            if count and job.kind != self._line[0][1].kind:
                return count, Closed.KIND
            if count and seconds > self._policy.max_audio_seconds:
                return count, Closed.SECONDS
        return len(self._line), Closed.LINGER
