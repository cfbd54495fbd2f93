"""How does the trace of a job go on: from its producer, through this worker, to its readers?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from schemas.result import Result, Timings


class JobSpan(Protocol):
    """One attempt at a job, from when the worker took it up until its answer is out."""

    @property
    def traceparent(self) -> bytes | None:
        """What readers of the result continue; None where there is no trace."""

    def published(self) -> None:
        """The answer is out."""

    def given_up(self) -> None:
        """The attempt answers nothing: the job is tried again, here or by another worker."""


class Tracing(Protocol):
    """Where spans go; safe from any thread."""

    def begin(self, result: Result, parent: bytes | None) -> JobSpan:
        """Tell of an attempt that has ended so; `parent` is the job's own valid `traceparent`."""


@dataclass(frozen=True, slots=True)
class PassedOn:
    """Of a job that nobody traces here: its readers continue the trace of its producer."""

    traceparent: bytes | None = None

    def published(self) -> None: ...
    def given_up(self) -> None: ...


@dataclass(frozen=True, slots=True)
class NotTraced:
    """The `Tracing` of a worker that tells nobody."""

    def begin(self, result: Result, parent: bytes | None) -> JobSpan:
        """Pass on what the job came with."""
        del result
        return PassedOn(parent)


class StageTime(NamedTuple):
    """When a stage worked on a job."""

    name: str
    began: datetime
    ended: datetime


def stage_times(result: Result) -> Sequence[StageTime]:
    """Lay out the stages of a job, in order: backwards from its end, one right behind the other."""
    times, ended = list[StageTime](), result.completed_at
    for name in reversed(Timings.model_fields):
        seconds = getattr(result.timings, name)
        if name != "queued" and seconds is not None:
            times.append(StageTime(name, ended - timedelta(seconds=seconds), ended))
            ended = times[-1].began
    return times[::-1]


def taken_up_at(result: Result) -> datetime:
    """Tell when the worker took the job up: it had been queued so long, and no stage had begun."""
    stages = stage_times(result)
    latest = stages[0].began if stages else result.completed_at
    timestamp, queued = result.origin.timestamp, result.timings.queued
    if timestamp is None or queued is None:
        return latest
    # Clocks differ: a record may come from the future.
    return min(timestamp + timedelta(seconds=queued), latest)
