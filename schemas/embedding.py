"""Say what the operation `embed` takes, and what it gives back."""

from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import Field, ValidationInfo, field_validator

from schemas.operation import OperationParams, OperationResult
from schemas.time_range import TimeRange
from schemas.wire import Count

MAX_RANGES = 1000
SIGNIFICANT_DIGITS = 6
"""Of a vector's numbers: fewer than float32 has, since devices differ in the rest."""


class EmbedParams(OperationParams):
    """Where to listen; nothing given: to the whole recording."""

    ranges: (
        Annotated[tuple[TimeRange, ...], Field(strict=False, min_length=1, max_length=MAX_RANGES)]
        | None
    ) = None
    """One voiceprint for each, in this order; they may overlap. Null: one for all of the audio."""


Vector = Annotated[tuple[float, ...], Field(strict=False)]


class Voiceprint(TimeRange):
    """What a voice sounds like between two moments."""

    vector: Vector | None = None
    """Compare by cosine, with vectors of the same weights alone; null: too short for a voice."""

    @classmethod
    def of(cls, start: float, end: float, vector: Iterable[float] | None) -> Self:
        """Round the numbers of a vector to what two devices agree on."""
        rounded = None if vector is None else tuple(map(_round, vector))
        return cls(start=start, end=end, vector=rounded)


class EmbedResult(OperationResult):
    """Voices as points in a space in which the same voice is near to itself."""

    dimension: Count
    """The length of every vector."""
    embeddings: Annotated[tuple[Voiceprint, ...], Field(strict=False)]
    """One entry for each range, in their order; one for all of the audio without ranges."""

    @property
    def end_seconds(self) -> float:
        """When the last range ends."""
        return max((voiceprint.end for voiceprint in self.embeddings), default=0.0)

    @field_validator("embeddings")
    @classmethod
    def _of_one_dimension(
        cls, embeddings: tuple[Voiceprint, ...], info: ValidationInfo
    ) -> tuple[Voiceprint, ...]:
        dimension = info.data.get("dimension")  # absent where it was refused itself
        lengths = {len(each.vector) for each in embeddings if each.vector is not None}
        if dimension is not None and not lengths <= {dimension}:
            raise ValueError("must have vectors of the length that dimension says")
        return embeddings


def _round(number: float) -> float:
    return float(f"{number:.{SIGNIFICANT_DIGITS}g}") + 0.0  # never minus zero
