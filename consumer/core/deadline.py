"""Does a job come too late to be worth the device?"""

from datetime import datetime

from consumer.core.errors import DeadlinePassed
from consumer.core.work import Task


def check_deadline(task: Task, now: datetime) -> None:
    """Raise `DeadlinePassed` for a task whose deadline has come; `now` is UTC."""
    deadline = task.job.deadline
    if deadline and now >= deadline:
        raise DeadlinePassed(
            f"the deadline {deadline.isoformat()} passed before the device was free"
        )
