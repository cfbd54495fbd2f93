"""Is the same computation under way already, so that its twin only has to wait for the result?"""

import threading
from collections.abc import Sequence

from consumer.core.work import ResultKey, Task


class Claims:
    """Who computes which result; safe from any thread."""

    def __init__(self) -> None:
        self._waiting: dict[ResultKey, list[Task]] = {}
        self._claiming = threading.Lock()

    def take(self, key: ResultKey, task: Task) -> bool:
        """Claim a computation; False: somebody has it, and the task waits for its release."""
        with self._claiming:
            if key in self._waiting:
                self._waiting[key].append(task)
                return False
            self._waiting[key] = []
            return True

    def release(self, key: ResultKey) -> Sequence[Task]:
        """End a computation, whatever came of it; returns the tasks that have to look again."""
        with self._claiming:
            return self._waiting.pop(key, [])
