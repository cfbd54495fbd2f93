"""Is the object store out of order for everybody, so that no job should be begun?"""

from enum import Enum, auto

from consumer.core.work import Setback


class Permit(Enum):
    """How many jobs may be begun."""

    ALL = auto()
    ONE = auto()
    """A probe, which has to be noted when it is begun."""
    NONE = auto()


class Breaker:
    """Opens when a store is at fault rather than a job; then lets a probe through now and then."""

    def __init__(
        self, first_seconds: float = 1.0, longest_seconds: float = 30.0, row: int = 3
    ) -> None:
        self._first_seconds = first_seconds
        self._longest_seconds = longest_seconds
        self._row = row
        self._failed_places: set[str] = set()
        self._reason: str | None = None
        self._pause_seconds = first_seconds
        self._probing = False
        self._next_probe_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether a failure now is the store's, and costs a job none of its attempts."""
        return self._reason is not None

    @property
    def reason(self) -> str | None:
        """What opened it, for `/ready` and the log; None while it is closed."""
        return self._reason

    def failed(self, setback: Setback, now: float) -> None:
        """Note a failure; one in which no store has a part says nothing."""
        if not setback.concerns_store:
            return
        if self.is_open:
            self._stay_open(now)
            return
        if setback.place is not None:
            self._failed_places.add(setback.place)
        # So many different objects: it cannot be these objects' fault.
        if setback.everybody or len(self._failed_places) >= self._row:
            self._reason = setback.reason
            self._next_probe_at = now + self._pause_seconds

    def answered(self) -> None:
        """Note that a store gave a definite answer, good or bad: it closes."""
        self._failed_places.clear()
        self._reason = None
        self._probing = False
        self._pause_seconds = self._first_seconds

    def learned_nothing(self, now: float) -> None:
        """Note that a job ended that asked no store: were it the probe, another may follow."""
        if self._probing:
            self._probing = False
            self._next_probe_at = now

    def permits(self, now: float) -> Permit:
        """Say how many jobs may be begun at this moment."""
        if not self.is_open:
            return Permit.ALL
        return Permit.ONE if now >= self._next_probe_at else Permit.NONE

    def probe(self, now: float) -> None:
        """Note that one job was begun.

        It may never be heard of again, its partition being somebody else's: then another follows.
        """
        self._probing = True
        self._next_probe_at = now + self._longest_seconds

    def _stay_open(self, now: float) -> None:
        """Wait longer after a probe that failed; jobs begun before it opened tell nothing new."""
        if self._probing:
            self._probing = False
            self._pause_seconds = min(2 * self._pause_seconds, self._longest_seconds)
            self._next_probe_at = now + self._pause_seconds
