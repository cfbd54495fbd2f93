"""How does one batch get over the device, whatever it meets there?"""

from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import InitVar, dataclass, field
from typing import overload

from consumer.core.batching import Batch, Outline
from consumer.core.errors import DeviceDead, Internal, JobError, OutOfMemory
from consumer.core.offsets import Ticket
from consumer.core.ports import Conclude, LoadedModel
from consumer.core.scheduling import Kind
from consumer.core.steps import refused
from consumer.core.telemetry import Telemetry
from consumer.core.work import Prepared

Concludable = tuple[Prepared, Conclude]

Told = Sequence[tuple[int, Conclude]]
"""What a step says: who needs the device no longer, by number, and how to conclude them."""


class Left(Sequence[Prepared]):
    """What a model is given: a recording goes when it is told of, though the model holds this.

    By its number it is a LookupError from then on.
    """

    def __init__(self, items: Sequence[Prepared]) -> None:
        self._left = dict(enumerate(items))
        self._numbers = range(len(items))

    @property
    def items(self) -> Sequence[Prepared]:
        """Those that the model has not told of yet; may be asked from any thread."""
        return list(self._left.values())

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, number: int) -> Prepared: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Prepared]: ...
    def __getitem__(self, number: int | slice) -> Prepared | Sequence[Prepared]:
        if isinstance(number, slice):
            return [self._left[each] for each in self._numbers[number]]
        return self._left[self._numbers[number]]

    def take(self, told: Told) -> Sequence[Concludable]:
        """Take out whom a step tells of: all of them, or nobody, so that nobody is forgotten."""
        numbers = [number for number, _ in told]
        if len(set(numbers)) < len(numbers) or not self._left.keys() >= set(numbers):
            there = list(self._left)
            raise ValueError(f"the model told of {numbers}, and there were {there} to tell of")
        return [(self._left.pop(number), conclude) for number, conclude in told]


@dataclass(slots=True)
class Part:
    """Recordings that run together."""

    left: Left
    steps: Generator[Told, None, None]


@dataclass(slots=True)
class BatchRun:
    """A batch under way on the device.

    One that fails is divided, so that only a recording that fails alone has failed. For want of
    memory it first waits until no other batch is under way, then it is divided, and a recording
    that is alone has every other model evicted before it is given up.
    """

    batch: InitVar[Batch[Prepared]]
    model: LoadedModel
    began_at: float
    """On the monotonic clock."""
    make_room: Callable[[], bool]
    """Evicts other models; False: there was none."""
    telemetry: Telemetry
    outline: Outline = field(init=False)
    wants_to_be_alone: bool = False
    _waiting: list[Sequence[Prepared]] = field(default_factory=list)
    """Parts that have not begun."""
    _part: Part | None = None

    def __post_init__(self, batch: Batch[Prepared]) -> None:
        self.outline = batch.outline
        self._waiting.append(batch.items)

    @property
    def kind(self) -> Kind:
        return self.outline.kind

    @property
    def tickets(self) -> Collection[Ticket]:
        """Of all that still need the device; may be asked from any thread."""
        part = self._part
        under_way = part.left.items if part else []
        waiting = [prepared for items in tuple(self._waiting) for prepared in items]
        return [prepared.task.ticket for prepared in (*under_way, *waiting)]

    @property
    def is_over(self) -> bool:
        return self._part is None and not self._waiting

    def go_on(self, is_alone: bool) -> Sequence[Concludable]:
        """Take one step; return what needs the device no longer. Raises `DeviceDead`.

        An error and its frames, which hold the memory of the device, are gone when this returns.
        """
        part = self._part = self._part or self._next_part()
        try:
            return self._step(part)
        except DeviceDead:
            raise
        except Exception as error:  # noqa: BLE001 - a bug that one recording met fails that one
            self._part = None
            return self._failed(part.left.items, error, is_alone)

    def close(self) -> None:
        """Give up what is under way."""
        if self._part:
            self._part.steps.close()

    def _next_part(self) -> Part:
        left = Left(self._waiting.pop(0))
        return Part(left, _passing(self.model, left))

    def _step(self, part: Part) -> Sequence[Concludable]:
        step = next(part.steps, None)
        if step is not None:
            return part.left.take(step)
        if missing := len(part.left.items):
            raise ValueError(f"the model has no answer for {missing} recordings")
        self._part = None
        return ()

    def _failed(
        self, left: Sequence[Prepared], error: Exception, is_alone: bool
    ) -> Sequence[Concludable]:
        short_of_memory = isinstance(error, OutOfMemory)
        if short_of_memory and not is_alone:
            self.wants_to_be_alone = True
            self._waiting.insert(0, left)
        elif len(left) > 1:
            half = len(left) // 2
            self._waiting[:0] = [left[:half], left[half:]]
        elif short_of_memory and self.make_room():
            self._waiting.insert(0, left)
        else:
            return [(prepared, refused(self._explained(prepared, error))) for prepared in left]
        return ()

    def _explained(self, prepared: Prepared, error: Exception) -> JobError:
        if isinstance(error, JobError):
            return error
        task = prepared.task
        self.telemetry.job_crashed(task.ticket, task.job.job_id, error)
        return Internal.of(error)


def _passing(model: LoadedModel, left: Left) -> Generator[Told, None, None]:
    """Whatever a model does at once, it does in the first step: there its errors are seen to."""
    yield from model.run(left)
