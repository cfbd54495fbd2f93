"""What does a whole batch come to, step after step?"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from consumer.core.errors import JobError
from consumer.core.model import Recording
from consumer.core.ports import Diarizer
from consumer.core.steps import Steps

if TYPE_CHECKING:
    from consumer.diarization.engine import Engine

R = TypeVar("R")


def answers_of(steps: Steps[R], count: int) -> list[R | JobError]:
    """Run a batch to its end, then conclude; answers and refusals in the order of the batch."""
    concluding: dict[int, Callable[[], R]] = {}
    for step in steps:
        for number, conclude in step:
            if number in concluding:
                raise ValueError(f"item {number} was answered twice")
            concluding[number] = conclude
    return [_concluded(concluding[number]) for number in range(count)]


def _concluded(conclude: Callable[[], R]) -> R | JobError:
    try:
        return conclude()
    except JobError as error:
        return error


def diarized(diarizer: Diarizer, batch: Sequence[Recording]) -> list[Any]:
    """Let a diarizer say of a whole batch who spoke when: a `Diarization` or `JobError` each."""
    return answers_of(diarizer.diarize(batch), len(batch))


def hypotheses(engine: "Engine", batch: Sequence[Recording]) -> list[Any]:
    """Let the engine say it in the words of stock: a `Hypothesis` or `JobError` each."""
    return answers_of(engine.hypothesize(batch), len(batch))
