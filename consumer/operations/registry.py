"""Which operations does this worker serve: those it was built with, and those of other packages?"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import EntryPoint, entry_points

from consumer.core.errors import CannotStart
from consumer.core.ports import Operation
from consumer.operations.foreign import ForeignOperation
from consumer.operations.plugin import Factory, OperationContext, PluggedIn
from schemas.job import FORMAT_PATTERN
from schemas.operation import OperationParams, OperationResult, Shapes
from schemas.operations import V1

GROUP = "turnstream.operations"
"""The group of entry points; each is named like its operation and names a `Factory`."""
SETTING = "TURNSTREAM_WORKER__OPERATIONS"
_KINDS = {"default_model": str, "engine_version": int, "formats": Mapping}


@dataclass(frozen=True, slots=True)
class Repertoire:
    """What a worker serves, and how the messages about it are shaped."""

    operations: Mapping[str, Operation]
    shapes: Shapes = V1
    default_models: Mapping[str, str] = field(default_factory=dict)
    """Of operations that bring their own."""


def gather(
    names: Sequence[str], built_in: Mapping[str, Operation], context: OperationContext
) -> Repertoire:
    """Gather the operations of these names; nothing of the others is imported.

    What is built in cannot be replaced. Raises `CannotStart` for one that is unknown or broken.
    """
    foreign = [name for name in names if name not in built_in]
    plugged_in = _plugged_in(foreign, built_in, context) if foreign else {}
    return Repertoire(
        operations={
            name: built_in.get(name) or ForeignOperation(plugged_in[name]) for name in names
        },
        shapes=_shapes(plugged_in),
        default_models={name: each.default_model for name, each in plugged_in.items()},
    )


def _plugged_in(
    names: Sequence[str], built_in: Collection[str], context: OperationContext
) -> Mapping[str, PluggedIn]:
    installed = _installed()
    return {name: _built(_only_one(name, built_in, installed), context) for name in names}


def _shapes(plugged_in: Mapping[str, PluggedIn]) -> Shapes:
    """Add to those of the contract, which also shape jobs that other workers serve."""
    items = plugged_in.items()
    return replace(
        V1,
        params={**V1.params, **{name: operation.params for name, operation in items}},
        results={**V1.results, **{name: operation.result for name, operation in items}},
        formats={**V1.formats, **{name: tuple(operation.formats) for name, operation in items}},
    )


def _installed() -> Mapping[str, Sequence[EntryPoint]]:
    """Read the metadata of every installed package: up to a second, for those who need it."""
    found = entry_points(group=GROUP)
    return {name: [*found.select(name=name)] for name in found.names}


def _only_one(
    name: str, built_in: Collection[str], installed: Mapping[str, Sequence[EntryPoint]]
) -> EntryPoint:
    found = installed.get(name, ())
    if len(found) > 1:
        raise CannotStart(f"operation {name!r} comes from several packages: {_origins(found)}")
    if not found:
        points = ", ".join(f"{each} of {_origins(installed[each])}" for each in sorted(installed))
        raise CannotStart(
            f"{SETTING}: there is no operation {name!r}; built in: {', '.join(sorted(built_in))}; "
            f"installed packages offer (entry points {GROUP!r}): {points or 'none'}"
        )
    return found[0]


def _built(point: EntryPoint, context: OperationContext) -> PluggedIn:
    where = f"operation {point.name!r} ({point.value} of {_origins([point])})"
    try:
        factory: Factory = point.load()
        operation = factory(context)
    except Exception as error:
        # Not ours: whatever goes wrong in there, the message says in whose package.
        raise CannotStart(f"{where} fails: {type(error).__name__}: {error}") from error
    if flaws := "; ".join(_flaws(operation)):
        raise CannotStart(f"{where} is unusable: {flaws}")
    return operation


def _flaws(operation: object) -> Iterator[str]:
    """What its types would have said, had anybody checked them."""
    if not isinstance(operation, PluggedIn):
        members = (name for name in dir(PluggedIn) if not name.startswith("_"))
        missing = ", ".join(name for name in members if not hasattr(operation, name))
        yield f"a {type(operation).__name__} has no {missing}"
        return
    for name, kind in _KINDS.items():
        if not isinstance(getattr(operation, name), kind):
            yield f"its {name} is no {kind.__name__}"
            return
    for name, base in (("params", OperationParams), ("result", OperationResult)):
        shape = getattr(operation, name)
        if not (isinstance(shape, type) and issubclass(shape, base)):
            yield f"its {name} is no subclass of {base.__name__}"
    for name in operation.formats:
        if name == "json" or not re.fullmatch(FORMAT_PATTERN, name):
            yield f"{name!r} cannot be a format of its own"


def _origins(points: Sequence[EntryPoint]) -> str:
    return ", ".join(
        f"{point.dist.name} {point.dist.version}" if point.dist else "an unnamed package"
        for point in points
    )
