"""Which models are on the device?"""

import gc
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass

from consumer.core.device_memory import DeviceMemory, Unmeasured
from consumer.core.errors import DeviceDead, Internal, JobError, OutOfMemory
from consumer.core.load_failures import LoadFailures
from consumer.core.memory_budget import (
    SLACK_BYTES,
    Enough,
    Evict,
    Footprint,
    MemoryBudget,
    TooLarge,
    Unloading,
    Wait,
)
from consumer.core.model import CatalogueModel
from consumer.core.ports import Instruments, LoadedModel, Operation
from consumer.core.scheduling import Kind


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long models are kept, and which are there from the beginning."""

    max_resident: int
    idle_unload_seconds: float | None = None
    """None: they stay until others need the room."""
    warm_up: tuple[tuple[str, CatalogueModel], ...] = ()
    """Operations and models."""


class Residency:
    """Loads models on first use, keeps what fits, and lets the least recently used go.

    Only the device thread touches it. What is `in_use` has a batch under way and always stays.
    """

    def __init__(
        self,
        operations: Mapping[str, Operation],
        keeping: Keeping,
        instruments: Instruments,
        memory: DeviceMemory | None = None,
    ) -> None:
        self._operations = operations
        self._keeping = keeping
        self._telemetry = instruments.telemetry
        self._clock = instruments.clock
        self._memory = memory or Unmeasured()
        self._budget = MemoryBudget(self._memory.capacity_bytes(), keeping.max_resident)
        self._failures = LoadFailures()
        self._loaded: dict[Kind, LoadedModel] = {}
        self._cost_seconds: dict[Kind, float] = {}
        self._crowded_out: tuple[Kind, frozenset[Kind]] | None = None

    @property
    def resident(self) -> Collection[Kind]:
        """Which are loaded, least recently used first."""
        return self._budget.resident

    def switch_seconds(self, kind: Kind) -> float:
        """Return what bringing the model in cost when it last came; 0: it never did.

        That is its load, and the unloads and attempts that it took to make room for it.
        """
        return self._cost_seconds.get(kind, 0.0)

    def model(
        self, operation: str, model: CatalogueModel, in_use: Collection[Kind] = ()
    ) -> LoadedModel | None:
        """Return the model, loading it if need be; others make room, least recently used first.

        None: what is in use leaves no room; ask again when a batch has ended. Raises `JobError`,
        which is true for all jobs of this model, for a while without trying again; and
        `DeviceDead`.
        """
        kind = (operation, model.name)
        if kind not in self._loaded and not self._bring_in(kind, model, in_use):
            return None
        self._budget.used(kind, self._clock.monotonic())
        return self._loaded[kind]

    def evict_others(self, kind: Kind, in_use: Collection[Kind] = ()) -> bool:
        """Unload all but this one and those in use; say whether anything went."""
        staying = (kind, *in_use)
        going = [other for other in self._budget.resident if other not in staying]
        for other in going:
            self._unload(other, Unloading.EVICTED)
        return bool(going)

    def unload_idle(self, now: float, in_use: Collection[Kind] = ()) -> None:
        """Unload what was not used for long; what is in use counts as used now."""
        if self._keeping.idle_unload_seconds is None:
            return
        for kind in in_use:
            self._budget.used(kind, now)
        for kind in self._budget.idle_since(now - self._keeping.idle_unload_seconds):
            self._unload(kind, Unloading.IDLE)

    def seconds_until_idle(self, now: float) -> float | None:
        """Return when `unload_idle` has something to do; None: not before the next load."""
        oldest = self._budget.oldest_use()
        if oldest is None or self._keeping.idle_unload_seconds is None:
            return None
        return max(0.0, oldest + self._keeping.idle_unload_seconds - now)

    def warm_up(self) -> None:
        """Load what is to be there before the first job; failures are told, and jobs try again."""
        for operation, model in self._keeping.warm_up:
            with suppress(JobError):
                self.model(operation, model)

    def close(self) -> None:
        """Unload everything."""
        for kind in self._budget.resident:
            self._unload(kind, Unloading.CLOSING)

    def _bring_in(self, kind: Kind, model: CatalogueModel, in_use: Collection[Kind]) -> bool:
        """Load a model; False: it has to wait."""
        began_at = self._clock.monotonic()
        if failure := self._failures.recent(kind, began_at):
            raise failure
        try:
            return self._load_into_room(kind, model, in_use)
        except DeviceDead:
            raise
        except JobError as error:
            self._note(kind, error, error, began_at)
            raise
        except Exception as error:
            # Operations may be anybody's. No name may outlive this: it would keep all frames alive.
            raise self._note(kind, Internal.of(error), error, began_at) from error

    def _note(self, kind: Kind, failure: JobError, error: Exception, began_at: float) -> JobError:
        self._failures.note(kind, failure, began_at, self._clock.monotonic())
        self._telemetry.model_load_failed(kind, error)
        return failure

    def _load_into_room(self, kind: Kind, model: CatalogueModel, in_use: Collection[Kind]) -> bool:
        started = self._clock.monotonic()
        if self._is_crowded_out(kind, in_use) or not self._make_room(kind, in_use):
            return False
        while failure := self._load(kind, model):
            victim = self._budget.first_to_go(in_use)
            if victim is None and in_use:
                self._crowded_out = kind, frozenset(in_use)
                return False
            if victim is None:
                raise failure
            self._unload(victim, Unloading.EVICTED)
        self._crowded_out = None
        # Only now it is known what a new one takes; if those in use leave too little, so be it.
        self._make_room(kind, in_use)
        self._cost_seconds[kind] = self._clock.monotonic() - started
        return True

    def _is_crowded_out(self, kind: Kind, in_use: Collection[Kind]) -> bool:
        """Whether it found no room beside some that are still in use: trying takes seconds."""
        if self._crowded_out is None or self._crowded_out[0] != kind:
            return False
        return self._crowded_out[1] <= set(in_use)

    def _make_room(self, kind: Kind, in_use: Collection[Kind]) -> bool:
        """Let others go so that a model may come, or stay; False: those in use are in the way.

        Raises `OutOfMemory` when it is there, and alone too large.
        """
        while True:
            match self._budget.room_for(kind, in_use):
                case Enough():
                    return True
                case Wait():
                    return False
                case Evict(other):
                    self._unload(other, Unloading.EVICTED)
                case TooLarge() as verdict:
                    raise self._refused(kind, verdict)

    def _refused(self, kind: Kind, verdict: TooLarge) -> OutOfMemory:
        """Let a model go that has just been measured; the next attempt measures it again."""
        self._unload(kind, Unloading.TOO_LARGE)
        self._budget.forget(kind)
        return OutOfMemory(
            f"{kind[1]} takes {verdict.most_bytes} bytes of the device, and models may take "
            f"{verdict.limit_bytes}: raise TURNSTREAM_MODELS__DEVICE_MEMORY_BYTES"
        )

    def _load(self, kind: Kind, model: CatalogueModel) -> OutOfMemory | None:
        """Load a model and measure what it takes.

        The error and its frames, which hold memory, are gone when this returns.
        """
        before = self._look()
        started = self._clock.monotonic()
        try:
            self._loaded[kind] = self._operations[kind[0]].load(model)
        except (OutOfMemory, MemoryError) as error:
            return OutOfMemory(f"the device has no room for {model.name}: {error}")
        now = self._clock.monotonic()
        most = self._memory.peak_bytes() - before
        held = max(0, self._memory.used_bytes() - before)
        self._budget.loaded(kind, Footprint(held, max(held, most)), now)
        self._telemetry.model_loaded(kind, now - started, held)
        self._tell()
        return None

    def _unload(self, kind: Kind, reason: Unloading) -> None:
        started = self._clock.monotonic()
        before = self._look()
        self._let_go(kind)
        after = self._used_without(kind, before)
        missing = self._budget.unloaded(kind, before, after)
        seconds = self._clock.monotonic() - started
        self._telemetry.model_unloaded(kind, reason, seconds, max(0, before - after))
        self._tell()
        if missing and self._budget.missing_bytes > SLACK_BYTES:
            self._telemetry.memory_not_returned(kind, missing, self._budget.missing_bytes)

    def _let_go(self, kind: Kind) -> None:
        """Have a model give back what it holds; if it fails to, that is noticed as missing."""
        try:
            self._loaded.pop(kind).unload()
        except DeviceDead:
            raise
        except Exception as error:  # noqa: BLE001 - operations may be anybody's, others go on
            self._telemetry.model_unload_failed(kind, error)

    def _look(self) -> int:
        used = self._memory.used_bytes()
        self._budget.looked(used)
        return used

    def _used_without(self, kind: Kind, before: int) -> int:
        """Return what is in use after a model has gone, cycles of references included."""
        after = self._memory.used_bytes()
        if self._budget.owes(kind, before, after):
            gc.collect()
            after = self._memory.used_bytes()
        return after

    def _tell(self) -> None:
        self._telemetry.models_resident(len(self._loaded), self._budget.counted_bytes)
