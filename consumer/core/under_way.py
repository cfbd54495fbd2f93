"""Which jobs are between their beginning and their completion, and how much audio is that?"""

from collections.abc import Collection

from consumer.core.offsets import Ticket
from consumer.core.work import Task

WEIGHT_OF_LAST = 0.05
"""How much the last recording tells of how long recordings usually are."""


class UnderWay:
    """The main thread's account of what it gave to the stages."""

    def __init__(self) -> None:
        self._tasks: dict[Ticket, Task | None] = {}
        self._usual_seconds = 0.0

    @property
    def audio_seconds(self) -> float:
        """Of all tasks; where nobody knows yet, what is usual."""
        tasks = filter(None, self._tasks.values())
        return sum(task.expected_seconds(self._usual_seconds) for task in tasks)

    @property
    def nearly_done(self) -> Collection[Ticket]:
        """What is on the device or has been there: the dear part of the work is done soon."""
        return [
            ticket for ticket, task in self._tasks.items() if task and "device_wait" in task.timings
        ]

    def begin(self, ticket: Ticket, task: Task | None) -> None:
        """None: it was refused before it became a task."""
        self._tasks[ticket] = task

    def end(self, ticket: Ticket) -> None:
        task = self._tasks.pop(ticket)
        if task and task.audio and (seconds := task.audio.duration_seconds):
            self._usual_seconds += (seconds - self._usual_seconds) * WEIGHT_OF_LAST
