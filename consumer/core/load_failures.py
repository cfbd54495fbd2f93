"""Has a model just failed to load, so that the next jobs in a row need not try it again?"""

from dataclasses import dataclass, field

from consumer.core.errors import JobError
from consumer.core.scheduling import Kind

REMEMBERED_SECONDS = 10.0
"""Jobs that failed together come back together: one of them finds out for all."""


@dataclass(frozen=True, slots=True)
class _Failure:
    """What is left of an error without its frames, which hold memory of the device."""

    error: type[JobError]
    text: str
    at: float


@dataclass(slots=True)
class LoadFailures:
    """The last failure of each model, for a few seconds."""

    _last: dict[Kind, _Failure] = field(default_factory=dict)

    def note(self, kind: Kind, error: JobError, now: float) -> None:
        """Remember that a model could not be loaded."""
        self._last[kind] = _Failure(type(error), str(error), now)

    def recent(self, kind: Kind, now: float) -> JobError | None:
        """Return the error of an attempt of the last few seconds, as a new one."""
        last = self._last.get(kind)
        if last is None or now - last.at >= REMEMBERED_SECONDS:
            return None
        return last.error(last.text)
