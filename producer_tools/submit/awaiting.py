"""Say which of the submitted jobs have ended, and how."""

from collections.abc import Mapping

from producer_tools.exits import ExitCode
from schemas.position import Position
from schemas.result import Result


class AwaitedJobs:
    """Jobs by the position of their message: a job_id may be used twice, a position never."""

    def __init__(self, jobs: Mapping[Position, str]) -> None:
        self._open = dict(jobs)
        self._total = len(jobs)
        self._results: list[Result] = []

    def settle(self, result: Result) -> bool:
        """Take note of a result; False when it is nobody's we wait for, or a repetition."""
        if self._open.pop(result.origin.position, None) is None:
            return False
        self._results.append(result)
        return True

    @property
    def results(self) -> tuple[Result, ...]:
        """The results so far, in the order of their arrival."""
        return tuple(self._results)

    @property
    def open_job_ids(self) -> tuple[str, ...]:
        """The jobs that have not ended yet, in the order of submission."""
        return tuple(self._open.values())

    @property
    def exit_code(self) -> ExitCode:
        """How a command that waited for all of them ends."""
        if self._open:
            return ExitCode.TIMED_OUT
        if all(result.status == "succeeded" for result in self._results):
            return ExitCode.SUCCEEDED
        return ExitCode.FAILED

    def __str__(self) -> str:
        failed = sum(result.status != "succeeded" for result in self._results)
        trouble = f", {failed} not succeeded" if failed else ""
        return f"{len(self._results)} of {self._total} jobs finished{trouble}"
