"""Has a model just failed to load, so that the next jobs in a row need not try it again?"""

from dataclasses import dataclass, field

from consumer.core.errors import JobError
from consumer.core.scheduling import Kind

REMEMBERED_SECONDS = 10.0
"""Jobs that failed together come back together: one of them finds out for all."""
LONGEST_REMEMBERED_SECONDS = 120.0
"""A job that is tried again some minutes later has an attempt of its own."""
AMORTISED = 10.0
"""So many times what an attempt took: those in vain keep the device from others for a tenth."""


@dataclass(frozen=True, slots=True)
class _Failure:
    error: JobError
    until: float


@dataclass(slots=True)
class LoadFailures:
    """The last failure of each model, for some seconds; for longer when the attempt was dear."""

    _last: dict[Kind, _Failure] = field(default_factory=dict)

    def note(self, kind: Kind, error: JobError, began_at: float, now: float) -> None:
        """Remember that an attempt to load a model has ended in vain."""
        dear = min(AMORTISED * (now - began_at), LONGEST_REMEMBERED_SECONDS)
        until = now + max(REMEMBERED_SECONDS, dear)
        self._last[kind] = _Failure(error.bare(), until)

    def recent(self, kind: Kind, now: float) -> JobError | None:
        """Return the error of an attempt not long ago, as a new one."""
        last = self._last.get(kind)
        return last.error.bare() if last and now < last.until else None
