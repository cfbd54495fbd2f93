"""Is a task still worth the work?"""

from datetime import datetime

from consumer.core.errors import DeadlinePassed, NoLongerOurs
from consumer.core.work import Task


def check_ours(task: Task) -> None:
    """Raise `NoLongerOurs` for a task whose partition has left: its new owner does the work."""
    if not task.ticket.live:
        raise NoLongerOurs(f"{task.ticket.record.partition} went to another worker")


def check_wanted(task: Task, now: datetime) -> None:
    """Raise `NoLongerOurs`, or `DeadlinePassed` once the deadline has come; `now` is UTC."""
    check_ours(task)
    deadline = task.job.deadline
    if deadline and now >= deadline:
        raise DeadlinePassed(
            f"the deadline {deadline.isoformat()} passed before the device was free"
        )
