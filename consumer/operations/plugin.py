"""What does an operation of another package build on?

Import all of it from here: where the worker keeps its own parts may change.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from consumer.core.errors import DeviceDead, ModelUnavailable, OutOfMemory, PermanentError
from consumer.core.model import CatalogueModel, Waveform
from consumer.core.ports import Answer, Operation
from consumer.core.steps import Steps, given, one_by_one, refused
from consumer.core.work import Prepared
from schemas.operation import OperationParams, OperationResult
from schemas.result import ResultWarning, StoredResult
from schemas.wire import Seconds, WireModel

__all__ = [
    "Answer",
    "CatalogueModel",
    "DeviceDead",
    "ModelUnavailable",
    "OperationContext",
    "OperationParams",
    "OperationResult",
    "OutOfMemory",
    "PermanentError",
    "PluggedIn",
    "Prepared",
    "ResultWarning",
    "Seconds",
    "Steps",
    "StoredResult",
    "Waveform",
    "WireModel",
    "given",
    "one_by_one",
    "refused",
]


@dataclass(frozen=True, slots=True)
class OperationContext:
    """What a worker tells an operation that it is going to serve."""

    device: str
    """Where models run: cpu, cuda (also cuda:1) or auto; all operations share it."""
    cpu_threads: int | None
    """Cores that a model may use on the CPU; None: all of them."""
    directory: Callable[[CatalogueModel], Path]
    """Where the files of a model lie, once they are those the catalogue pins.

    Raises `ModelUnavailable` with what to do about it.
    """


@runtime_checkable
class PluggedIn(Operation, Protocol):
    """An operation that also says how its jobs and answers are shaped."""

    @property
    def params(self) -> type[OperationParams]:
        """What its jobs may say; an unknown field makes a job `invalid_job`."""

    @property
    def result(self) -> type[OperationResult]:
        """What it answers."""

    @property
    def default_model(self) -> str:
        """The catalogue's name of the model of jobs that name none."""


Factory = Callable[[OperationContext], PluggedIn]
"""What an entry point names; called once, before the worker joins its group. Loads no model."""
