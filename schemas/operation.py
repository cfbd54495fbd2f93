"""Say what all kinds of work have in common, and which shapes belong to which."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from schemas.wire import WireModel

Extra = Literal["allow", "forbid"]
PartT = TypeVar("PartT", bound=WireModel)


class OperationParams(WireModel):
    """What a job asks of its operation; as such, the parameters of an unknown operation."""


class OperationResult(WireModel):
    """What an operation answers; as such, the answer of an unknown operation."""

    @property
    def end_seconds(self) -> float:
        """The latest time in the audio that the answer speaks of."""
        return 0.0


@dataclass(frozen=True, slots=True)
class Shapes:
    """Which models read the parts whose shape the operation decides, and how openly."""

    params: Mapping[str, type[OperationParams]]
    results: Mapping[str, type[OperationResult]]
    formats: Mapping[str, Collection[str]] = field(default_factory=dict)
    """What answers are written in beside json, by operation; one not listed has nothing else."""
    extra: Extra = "forbid"


def shaped(value: object, known: type[PartT] | None, unknown: type[PartT], extra: Extra) -> PartT:
    """Read a part by its operation's model, or keep it whole when the operation is unknown."""
    if known is None:
        return value if isinstance(value, unknown) else unknown.model_validate(value, extra="allow")
    if isinstance(value, unknown) and not isinstance(value, known):
        raise ValueError(f"must be a {known.__name__}")  # noqa: TRY004 - pydantic collects it
    return known.model_validate(value, extra=extra)
