"""How does a batch pass over the device a little at a time, so that others may take turns?"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import NoReturn, TypeVar

from consumer.core.errors import JobError, OutOfMemory

T = TypeVar("T")
R = TypeVar("R")

Steps = Iterator[Sequence[tuple[int, Callable[[], R]]]]
"""A batch under way; between two steps the device may do something else.

Each step tells which items need the device no longer, by their number in the batch, and how to
conclude them: called once, from any thread, it returns the answer or raises a `JobError`.
"""


def one_by_one(answer: Callable[[T], R], batch: Sequence[T]) -> Steps[R]:
    """Answer a batch with a model that takes one item after another.

    Raises `OutOfMemory`: what to do about that is decided for the whole device.
    """
    left = deque(batch)
    del batch  # an item that is told of is to be held by nobody
    for number in range(len(left)):
        yield [(number, _answered(answer, left.popleft()))]


def given(found: R) -> Callable[[], R]:
    """Return how to conclude what was answered on the device."""
    return lambda: found


def refused(error: JobError) -> Callable[[], NoReturn]:
    """Return how to conclude what cannot be answered; keeps no frame of the error."""
    bare = error.bare()

    def refuse() -> NoReturn:
        raise bare

    return refuse


def _answered(answer: Callable[[T], R], item: T) -> Callable[[], R]:
    try:
        found = answer(item)
    except OutOfMemory:
        raise
    except JobError as error:
        return refused(error)
    return given(found)
