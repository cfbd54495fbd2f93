"""Send a load when it is due, and read the answers in the gaps."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from producer_tools.load.jobs import JobWriter
from producer_tools.load.pacing import TICK_SECONDS, paced
from producer_tools.load.plan import Send
from producer_tools.load.sending import JobSender
from producer_tools.load.tally import Tally
from producer_tools.submit.following import Reader, readable_result
from producer_tools.submit.planning import PlannedJob


@dataclass(frozen=True, slots=True)
class LoadRun:
    """One load on its way; without `answers` it is only sent."""

    writer: JobWriter
    sender: JobSender
    answers: Reader | None
    tally: Tally

    def send(self, sends: Iterable[Send]) -> Iterator[None]:
        """Send all jobs, however late; yields after each. Raises `ClientError`."""
        for send, late_seconds in paced(sends, self._idle):
            now = datetime.now(UTC)
            job = self.writer.job(send)
            self.sender.send(PlannedJob(job, None).outgoing(now))
            self.tally.sent(send, late_seconds, job, now)
            yield

    def follow(
        self, timeout_seconds: float, monotonic: Callable[[], float] = time.monotonic
    ) -> Iterator[None]:
        """Read answers until all jobs have one or the time is over; yields now and then."""
        end = monotonic() + timeout_seconds
        while self.tally.unanswered and monotonic() < end:
            self._idle(TICK_SECONDS)
            yield

    def _idle(self, seconds: float) -> None:
        """Let so much time pass, or less: latencies are the messages' own, whenever we read."""
        if self.answers is None:
            self.sender.poll(seconds)
            return
        incoming = self.answers.poll(seconds)
        result = readable_result(incoming)
        if incoming and result:
            self.tally.answered(result, incoming.written_at)
