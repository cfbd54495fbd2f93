"""Say what is wrong with a message, and where."""

from dataclasses import dataclass

_LONGEST_STEP = 64


@dataclass(frozen=True, slots=True)
class Flaw:
    """The first thing found wrong: where (`params.max_speaker`, or "" for the whole) and what."""

    path: str
    problem: str


class SchemaError(ValueError):
    """A message that cannot be read; it says where and why, and whose it is if that could be read.

    `job_id` and `operation` are valid ones, or None.
    """

    def __init__(self, flaw: Flaw, job_id: str | None = None, operation: str | None = None) -> None:
        super().__init__(f"{flaw.path or 'the message'}: {flaw.problem}")
        self.path = flaw.path
        self.problem = flaw.problem
        self.job_id = job_id
        self.operation = operation


def step_into(path: str, step: str | int) -> str:
    """Extend a path by a member or an item; an absurdly long name is cut."""
    if isinstance(step, int):
        return f"{path}[{step}]"
    name = step if len(step) <= _LONGEST_STEP else step[:_LONGEST_STEP] + "…"
    return f"{path}.{name}" if path else name
