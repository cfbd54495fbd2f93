"""How does work pass from one thread to the next without piling up?"""

import sys
import threading
from collections.abc import Callable
from queue import Queue
from typing import Generic, Self, TypeVar

Item = TypeVar("Item")

Crashed = Callable[[BaseException], None]
"""Told of an error that nobody expected; the worker stops, and no offset is committed for it."""


def admit_everybody(queue: Queue[Item | None]) -> None:
    """Let go whoever waits for room in a queue that nobody empties any more."""
    with queue.mutex:
        queue.maxsize = sys.maxsize  # not 0, "unbounded": who waits already compares with it again
        queue.not_full.notify_all()


class Stage(Generic[Item]):
    """A bounded queue and the threads that empty it; owns both and nothing else."""

    def __init__(
        self,
        name: str,
        threads: int,
        capacity: int,
        handle: Callable[[Item], None],
        crashed: Crashed,
    ) -> None:
        self._queue: Queue[Item | None] = Queue(capacity)
        self._handle = handle
        self._crashed = crashed
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True)
            for number in range(threads)
        ]

    def put(self, item: Item) -> None:
        """Hand an item over; waits while the queue is full: a slow stage slows its feeders."""
        self._queue.put(item)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Let the threads end after what they hold; offsets of what is queued stay unfinished."""
        with self._queue.mutex:
            self._queue.queue.clear()
        admit_everybody(self._queue)
        for _ in self._threads:
            self._queue.put(None)

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            try:
                self._handle(item)
            except BaseException as error:  # noqa: BLE001 - a thread's top
                self._crashed(error)
                return
