"""What does a device do with the batches that it is given?"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from consumer.core.batching import Batch
from consumer.core.scheduling import Kind, Residents
from tests.simulation.agenda import Agenda
from tests.simulation.costs import DeviceProfile
from tests.simulation.job import Job

NOTHING = 1e-9
"""Seconds of work that are left by rounding alone."""


@dataclass(slots=True, eq=False)
class Run:
    """A batch under way: what is left of each recording, the first one's part worked off."""

    batch: Batch[Job]
    left: deque[tuple[float, Job]]

    def work(self, seconds: float) -> None:
        left, job = self.left[0]
        self.left[0] = (left - seconds, job)

    def done(self) -> list[Job]:
        jobs = []
        while self.left and self.left[0][0] <= NOTHING:
            jobs.append(self.left.popleft()[1])
        return jobs


class Device:
    """Works on a few batches by turns, in even shares: steps are short beside what is simulated.

    It has room for so many models; loading one stops everything else. `turns` is how many batches
    are under way at most.
    """

    def __init__(
        self,
        agenda: Agenda,
        profile: DeviceProfile,
        deliver: Callable[[Job], None],
        *,
        turns: int,
        room: int,
    ) -> None:
        self._agenda = agenda
        self._profile = profile
        self._deliver = deliver
        self._turns = turns
        self._room = room
        self._runs: list[Run] = []
        self._models: list[Kind] = []
        self._next: Batch[Job] | None = None
        self._since = 0.0
        self._plan = 0
        self.on_room: Callable[[], None] = lambda: None
        """Called when there may be room for another batch."""
        self.busy = 0.0
        """Seconds of work so far, loading left out."""
        self.loads = 0

    @property
    def residents(self) -> Residents:
        return Residents(self._models, lambda _: self._profile.load_seconds)

    @property
    def has_room(self) -> bool:
        return self._next is None and len(self._runs) < self._turns

    @property
    def has_long(self) -> bool:
        return any(run.batch.is_long for run in self._runs)

    def busy_until_now(self) -> float:
        self._advance()
        return self.busy

    def start(self, batch: Batch[Job]) -> None:
        """Begin a batch; where its model is missing, after those under way are done."""
        if batch.items[0].kind in self._models:
            self._begin(batch)
        else:
            self._next = batch
            self._load_next()

    def _load_next(self) -> None:
        if self._next is None or self._runs:
            return
        self.loads += 1
        self._models = [*self._models, self._next.items[0].kind][-self._room :]
        self._agenda.after(self._profile.load_seconds, self._loaded, self._next)

    def _loaded(self, batch: Batch[Job]) -> None:
        self._next = None
        self._begin(batch)
        self.on_room()

    def _begin(self, batch: Batch[Job]) -> None:
        self._advance()
        for job in batch.items:
            job.began = self._agenda.now
        work = self._profile.work(batch.items)
        self._runs.append(Run(batch, deque(zip(work, batch.items, strict=True))))
        self._foresee()

    def _advance(self) -> None:
        elapsed, self._since = self._agenda.now - self._since, self._agenda.now
        if self._runs:
            self.busy += elapsed
            for run in self._runs:
                run.work(elapsed / len(self._runs))

    def _foresee(self) -> None:
        """Wake when the next recording is done, unless something else happens before."""
        self._plan += 1
        if self._runs:
            soonest = min(run.left[0][0] for run in self._runs)
            self._agenda.after(max(soonest, 0.0) * len(self._runs), self._step, self._plan)

    def _step(self, plan: int) -> None:
        if plan != self._plan:
            return
        self._advance()
        done = [job for run in self._runs for job in run.done()]
        self._runs = [run for run in self._runs if run.left]
        self._foresee()
        for job in done:
            self._deliver(job)
        self._load_next()
        self.on_room()
