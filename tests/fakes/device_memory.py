"""How does a test decide what a device holds, and what models take of it?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from consumer.core.errors import OutOfMemory
from consumer.core.model import CatalogueModel
from consumer.core.ports import Answer
from consumer.core.steps import Steps
from consumer.core.work import Prepared
from schemas.result import StoredResult
from tests.fakes.operation import FakeModel, FakeOperation


@dataclass(slots=True)
class FakeDeviceMemory:
    """The `DeviceMemory` port on a device of some size."""

    size_bytes: int | None = None
    limit_bytes: int | None = None
    used: int = 0
    peak: int = 0

    def capacity_bytes(self) -> int | None:
        return self.limit_bytes

    def used_bytes(self) -> int:
        self.peak = self.used
        return self.used

    def peak_bytes(self) -> int:
        return self.peak

    def take(self, resting: int, working: int = 0) -> None:
        """Take some to stay, and some more for a moment."""
        most = self.used + resting + working
        if self.size_bytes is not None and most > self.size_bytes:
            raise OutOfMemory("the device is full")
        self.peak = max(self.peak, most)
        self.used += resting

    def give_back(self, amount: int) -> None:
        self.used -= amount


@dataclass(slots=True)
class SizedModel:
    """A loaded model that holds memory until it is unloaded."""

    inner: FakeModel
    give_back: Callable[[], None]

    def run(self, batch: Sequence[Prepared]) -> Steps[Answer]:
        return self.inner.run(batch)

    def unload(self) -> None:
        self.inner.unload()
        self.give_back()


@dataclass(slots=True)
class SizedOperation:
    """The `Operation` port; its models take of a device what the test says."""

    memory: FakeDeviceMemory
    sizes: dict[str, int]
    """What each takes to stay, in bytes."""
    working: dict[str, int] = field(default_factory=dict)
    """What each takes besides while it is loaded."""
    lost: dict[str, int] = field(default_factory=dict)
    """What each does not give back."""
    on_load: Callable[[], object] = lambda: None
    on_unload: Callable[[], object] = lambda: None
    inner: FakeOperation = field(default_factory=FakeOperation)
    tried: list[str] = field(default_factory=list)
    engine_version: int = 1

    @property
    def formats(self) -> dict[str, str]:
        return {}

    def load(self, model: CatalogueModel) -> SizedModel:
        name = model.name
        self.tried.append(name)
        self.on_load()
        if name not in self.inner.failures:
            self.memory.take(self.sizes[name], self.working.get(name, 0))
        return SizedModel(self.inner.load(model), lambda: self._unload(name))

    def render(self, format_name: str, stored: StoredResult) -> bytes:
        return self.inner.render(format_name, stored)

    def _unload(self, name: str) -> None:
        self.on_unload()
        self.memory.give_back(self.sizes[name] - self.lost.get(name, 0))
