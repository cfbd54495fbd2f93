"""Where has a job's time gone, from its record to its published result, with no moment left out?

A job is in one stage at a time: what it waits for a thread or a twin counts for the stage that it
waits for.
"""

from collections.abc import Mapping
from datetime import datetime

from consumer.core.work import Completion, Task
from schemas.result_parts import Timings

QUEUED, PUBLISH = "queued", "publish"
STAGES = (*Timings.model_fields, PUBLISH)
"""In order."""


def begun(task: Task, queued_seconds: float, now: float) -> None:
    """Note that the first stage begins; `now` is on the monotonic clock. Again: it goes on."""
    if task.begun_at is None:
        task.begun_at = now
        task.timings[QUEUED] = queued_seconds


def done(task: Task, stage: str, now: float) -> None:
    """Count for a stage all the time since the one before it was done."""
    if task.begun_at is not None:
        task.timings[stage] = max(0.0, now - task.begun_at - _working(task.timings))


def ended(task: Task, now: float) -> None:
    """Count what is left for the stage that the job did not come through."""
    stage = next((stage for stage in Timings.model_fields if stage not in task.timings), None)
    if stage:
        done(task, stage, now)


def queued_seconds(timestamp_ms: int, now: datetime) -> float:
    """Return how long ago a record was written; 0 where nobody knows, or clocks differ."""
    return max(0.0, now.timestamp() - timestamp_ms / 1000) if timestamp_ms > 0 else 0.0


def seconds_by_stage(completion: Completion, now: datetime) -> Mapping[str, float]:
    """Return where the time went of a job whose result went out at this moment."""
    if completion.completed_at is None:
        return {}
    arrived_ms, ended_at = completion.ticket.record.timestamp_ms, completion.completed_at
    refused = {} if completion.timings else {QUEUED: queued_seconds(arrived_ms, ended_at)}
    publishing = max(0.0, (now - ended_at).total_seconds())
    return {**completion.timings, **refused, PUBLISH: publishing}


def seconds_in_all(completion: Completion, now: datetime) -> float:
    """Return how long it took by the clocks alone, whatever the stages say."""
    arrived_ms = completion.ticket.record.timestamp_ms
    if arrived_ms <= 0:
        return sum(seconds_by_stage(completion, now).values())
    return queued_seconds(arrived_ms, now)


def _working(timings: Mapping[str, float]) -> float:
    return sum(seconds for stage, seconds in timings.items() if stage != QUEUED)
