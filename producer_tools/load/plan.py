"""Decide from a seed which jobs a load consists of, and when each is due."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from producer_tools.load.arrivals import Arrivals
from producer_tools.load.mix import Mix
from producer_tools.load.recording import Recording
from producer_tools.load.seeds import random_numbers
from schemas.operations import DIARIZE

ONLY_DIARIZE: Final = Mix.evenly([DIARIZE])
WORKERS_MODEL: Final[Mix[str | None]] = Mix.evenly([None])


@dataclass(frozen=True, slots=True)
class Send:
    """One job of a load, due so many seconds after its start."""

    number: int
    due_seconds: float
    operation: str
    model: str | None
    recording: Recording


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """The same seed gives the same jobs, as often as one asks."""

    seed: int
    arrivals: Arrivals
    operations: Mix[str] = ONLY_DIARIZE
    models: Mix[str | None] = WORKERS_MODEL

    def sends(self, recordings: Mix[Recording]) -> Iterator[Send]:
        """Yield the jobs by the time they are due, each about one of the recordings."""
        moments = self.arrivals.moments(random_numbers(self.seed, "arrivals"))
        operation_numbers = random_numbers(self.seed, "operations")
        model_numbers = random_numbers(self.seed, "models")
        recording_numbers = random_numbers(self.seed, "recordings")
        for number, moment in enumerate(moments):
            yield Send(
                number,
                moment,
                self.operations.draw(operation_numbers),
                self.models.draw(model_numbers),
                recordings.draw(recording_numbers),
            )
