"""Keep what is known of the run while it lasts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from producer_tools.demo.jobs import DemoJob
from schemas.position import Position
from schemas.result import Result


class State(Enum):
    """How far a job has come; the last three are terminal."""

    PREPARED = "prepared"
    SUBMITTED = "submitted"
    IN_WORK = "in work"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(slots=True)
class Board:
    """The state of the run, changed by the story and drawn by the view."""

    jobs: Sequence[DemoJob]
    broker: str
    positions: Sequence[Position] = ()
    worker_is_ready: bool = False
    jobs_in_flight: int = 0
    results: dict[Position, Result] = field(default_factory=dict)

    def result(self, job: DemoJob) -> Result | None:
        """Return the terminal result of a job, once there is one."""
        return self.results.get(self.positions[self.jobs.index(job)]) if self.positions else None

    def surprises(self) -> list[str]:
        """Name the jobs that did not end as they were meant to: recordings well, the others not."""
        return [
            job.name
            for job in self.jobs
            if (self.state(job) is State.SUCCEEDED) != (job.audio is not None)
        ]

    def state(self, job: DemoJob) -> State:
        """Say how far a job has come."""
        if result := self.result(job):
            return State(result.status)
        if not self.positions:
            return State.PREPARED
        # The worker says how many jobs it holds, not which: only when it holds all of the rest
        # is every one of them known to be in work.
        unfinished = len(self.jobs) - len(self.results)
        return State.IN_WORK if self.jobs_in_flight >= unfinished else State.SUBMITTED
