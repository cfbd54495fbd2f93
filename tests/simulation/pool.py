"""What do so many threads do with a queue of jobs?"""

from collections import deque
from collections.abc import Callable

from tests.simulation.agenda import Agenda
from tests.simulation.job import Job
from tests.simulation.room import Room


class Pool:
    """Threads that take jobs in order; each job keeps one of them for as long as it costs.

    Where they lead to a room, it keeps it until it has come in.
    """

    def __init__(
        self,
        agenda: Agenda,
        threads: int,
        cost: Callable[[Job], float],
        deliver: Callable[[Job], None],
        room: Room | None = None,
    ) -> None:
        self._agenda = agenda
        self._free = threads
        self._cost = cost
        self._deliver = deliver
        self._room = room
        self._queue: deque[Job] = deque()

    def put(self, job: Job) -> None:
        if self._free:
            self._free -= 1
            self._agenda.after(self._cost(job), self._end, job)
        else:
            self._queue.append(job)

    def _end(self, job: Job) -> None:
        if self._room:
            self._room.enter(job, self._let_go)
        else:
            self._let_go(job)

    def _let_go(self, job: Job) -> None:
        self._free += 1
        if self._queue:
            self.put(self._queue.popleft())
        self._deliver(job)
