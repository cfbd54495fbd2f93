"""Which decoded recordings are in memory, and which wait in their fetch threads for room?"""

from collections.abc import Callable

from tests.simulation.job import Job


class Room:
    """As many recordings and bytes as the worker's waiting room takes; one that is larger, alone.

    A place is taken until the device has heard the recording.
    """

    def __init__(self, max_recordings: int, max_bytes: int) -> None:
        self._max_recordings = max_recordings
        self._max_bytes = max_bytes
        self._recordings = 0
        self._waiting: list[tuple[Job, Callable[[Job], None]]] = []
        self.held_bytes = 0

    def enter(self, job: Job, entered: Callable[[Job], None]) -> None:
        """Come in now, or as soon as there is room."""
        if self._has_room(job):
            self._recordings += 1
            self.held_bytes += job.size_bytes
            entered(job)
        else:
            self._waiting.append((job, entered))

    def leave(self, job: Job) -> None:
        """Make room for whoever fits, in the order in which they came."""
        self._recordings -= 1
        self.held_bytes -= job.size_bytes
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            self.enter(*each)

    def _has_room(self, job: Job) -> bool:
        if self._recordings == 0:
            return True
        fits = self.held_bytes + job.size_bytes <= self._max_bytes
        return fits and self._recordings < self._max_recordings
