"""Where do decoded recordings wait for the device, without filling the memory?"""

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from consumer.core.work import Prepared


class WaitingRoom:
    """Bounded in recordings and in bytes; a place is taken until the device has done with it.

    So the samples of one that leaves are free: neither the rest of its batch nor its conclusion
    holds them. One more may be in each feeder's hands.

    Feeders wait for room, and whoever waits longest comes in first: what is large would else wait
    for ever behind small ones. The device thread alone takes recordings out.
    """

    def __init__(self, max_recordings: int, max_bytes: int) -> None:
        self._max_recordings = max_recordings
        self._max_bytes = max_bytes
        self._changed = threading.Condition()
        self._at_the_door: deque[Prepared] = deque()
        self._arrived: deque[Prepared] = deque()
        self._recordings = 0
        self._bytes = 0
        self._expected = 0
        self._is_closed = False
        self._is_awake = False

    @property
    def held_bytes(self) -> int:
        """Samples of all who have come and not left."""
        return self._bytes

    @property
    def is_expecting(self) -> bool:
        """Whether somebody is on the way: being downloaded or decoded."""
        return self._expected > 0

    @contextmanager
    def expected(self) -> Iterator[None]:
        """Somebody is on the way, and comes in within this or not at all."""
        self._expect(1)
        try:
            yield
        finally:
            self._expect(-1)

    def enter(self, prepared: Prepared) -> None:
        """Wait for room, then come in; what is larger than the whole room gets it for itself."""
        with self._changed:
            self._at_the_door.append(prepared)
            self._changed.wait_for(lambda: self._is_closed or self._may_come_in(prepared))
            self._at_the_door.remove(prepared)
            self._recordings += 1
            self._bytes += prepared.bytes
            self._arrived.append(prepared)
            self._changed.notify_all()

    def take(self, timeout: float | None) -> Sequence[Prepared]:
        """Return who has come; waits so long for the first, or until something else happens."""
        with self._changed:
            if not (self._arrived or self._is_awake or self._is_closed or timeout == 0):
                self._changed.wait(timeout)
            self._is_awake = False
            arrived = tuple(self._arrived)
            self._arrived.clear()
            return arrived

    def leave(self, prepared: Prepared) -> None:
        """Nobody needs these samples any more."""
        with self._changed:
            self._recordings -= 1
            self._bytes -= prepared.bytes
            self._changed.notify_all()

    def wake(self) -> None:
        """Have the device look around, though nobody has come."""
        with self._changed:
            self._is_awake = True
            self._changed.notify_all()

    def close(self) -> None:
        """Let everybody go who waits for room: nobody makes any."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _expect(self, more: int) -> None:
        with self._changed:
            was_expecting = self.is_expecting
            self._expected += more
            if self.is_expecting != was_expecting:  # the device waits for something else from here
                self._is_awake = True
                self._changed.notify_all()

    def _may_come_in(self, prepared: Prepared) -> bool:
        return self._at_the_door[0] is prepared and self._has_room(prepared.bytes)

    def _has_room(self, size: int) -> bool:
        if self._recordings == 0:
            return True
        return self._recordings < self._max_recordings and self._bytes + size <= self._max_bytes
