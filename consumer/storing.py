"""How does an answer become a stored result?"""

from consumer.archive import Archive, Kept
from consumer.core.ports import Answer
from consumer.core.reporting import identity
from consumer.core.work import Task
from schemas.result import StoredResult


def store_answer(archive: Archive, task: Task, answer: Answer, engine_version: int) -> Kept:
    """Store an answer under the key of its computation; what lies there already wins.

    Raises `OutputNotWritable`, `OutputConflict`, `StorageUnavailable`.
    """
    stored = StoredResult(
        job_id=task.job.job_id,
        operation=task.job.operation,
        audio=task.resolved,
        params=task.job.params,
        model=identity(task),
        engine_version=engine_version,
        result=answer.result,
        warnings=(*task.warnings, *answer.warnings),
        fingerprint=task.key.fingerprint,
    )
    return archive.keep(task, stored)
