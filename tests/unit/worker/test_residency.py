"""Whether models are loaded once, the right one gives way, and failures stay where they belong."""

import contextlib
import gc
import weakref
from collections.abc import Callable

import pytest

from consumer.core.errors import DeviceDead, Internal, JobError, ModelUnavailable, OutOfMemory
from consumer.core.load_failures import REMEMBERED_SECONDS
from consumer.core.memory_budget import SLACK_BYTES, Unloading
from consumer.core.model import CatalogueModel
from consumer.core.ports import Instruments
from consumer.residency import Keeping, Residency
from tests.fakes.clock import FakeClock
from tests.fakes.device_memory import FakeDeviceMemory, SizedOperation
from tests.fakes.telemetry import RecordingTelemetry

A, B, C = MODELS = tuple(CatalogueModel(name, name) for name in "abc")
KIND_A, KIND_B, KIND_C = (("diarize", model.name) for model in MODELS)
GB = 2**30
SIZES = {"a": 3 * GB, "b": 4 * GB, "c": 5 * GB}


class World:
    """A device, an operation whose models live on it, and who decides which."""

    def __init__(self, keeping: Keeping, size: int | None = None, limit: int | None = None) -> None:
        self.memory = FakeDeviceMemory(size_bytes=size, limit_bytes=limit)
        self.operation = SizedOperation(self.memory, dict(SIZES))
        self.clock, self.telemetry = FakeClock(), RecordingTelemetry()
        instruments = Instruments(self.clock, self.telemetry)
        self.residency = Residency({"diarize": self.operation}, keeping, instruments, self.memory)

    def ask(self, *models: CatalogueModel) -> None:
        for model in models:
            assert self.residency.model("diarize", model) is not None

    @property
    def present(self) -> list[str]:
        loaded = self.operation.inner.loaded
        return [name for name, model in loaded if not model.unloaded.is_set()]

    def goings(self) -> list[tuple[str, Unloading]]:
        return [(name, reason) for name, reason, _ in self.telemetry.unloads]


def world(
    *, most: int = 9, size: int | None = None, limit: int | None = None, idle: float | None = None
) -> World:
    return World(Keeping(most, idle), size, limit)


def raising(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


class TestLoading:
    def test_a_model_is_loaded_on_first_use_and_once(self) -> None:
        it = world()
        assert it.operation.tried == []

        it.ask(A)
        first = it.residency.model("diarize", A)

        assert first is it.residency.model("diarize", A)
        assert it.telemetry.loads == ["a"]
        assert it.residency.resident == (KIND_A,)
        assert it.telemetry.residents == (1, 3 * GB)

    def test_the_least_recently_used_gives_way(self) -> None:
        it = world(most=2)

        it.ask(A, B, A, C)

        assert it.present == ["a", "c"]
        assert it.goings() == [("b", Unloading.EVICTED)]
        assert it.telemetry.unloads[0][2] == 4 * GB

    def test_what_loading_costs_is_known_from_the_last_time(self) -> None:
        it = world()
        it.operation.on_load = lambda: it.clock.advance(2.5)
        assert it.residency.switch_seconds(KIND_A) == 0.0

        it.ask(A)

        assert it.residency.switch_seconds(KIND_A) == 2.5

    def test_what_coming_in_costs_includes_the_unloads_it_caused(self) -> None:
        it = world(most=2)
        it.operation.on_load = lambda: it.clock.advance(2.0)
        it.operation.on_unload = lambda: it.clock.advance(0.5)
        it.ask(A, B)

        it.ask(C)

        assert it.residency.switch_seconds(KIND_B) == 2.0
        assert it.residency.switch_seconds(KIND_C) == 2.5
        assert it.telemetry.unload_seconds == [0.5]

    def test_what_coming_in_costs_includes_the_attempts_that_found_the_device_full(self) -> None:
        it = world(size=8 * GB)
        it.operation.on_load = lambda: it.clock.advance(2.0)
        it.operation.on_unload = lambda: it.clock.advance(0.5)
        it.ask(A, B)

        it.ask(C)

        assert it.operation.tried == ["a", "b", "c", "c", "c"]
        assert it.residency.switch_seconds(KIND_C) == 3 * 2.0 + 2 * 0.5

    def test_what_idleness_unloaded_costs_whoever_comes_nothing(self) -> None:
        it = world(most=1, idle=60.0)
        it.operation.on_unload = lambda: it.clock.advance(0.5)
        it.ask(A)
        it.residency.unload_idle(60.0)

        it.ask(B)

        assert it.residency.switch_seconds(KIND_B) == 0.0

    def test_everything_is_unloaded_at_the_end(self) -> None:
        it = world()
        it.ask(A, B)

        it.residency.close()

        assert it.present == []
        assert it.goings() == [("a", Unloading.CLOSING), ("b", Unloading.CLOSING)]


class TestRoom:
    def test_room_is_made_for_what_a_model_took_the_last_time(self) -> None:
        it = world(limit=9 * GB)
        it.ask(A, B, C)  # nobody knew C: others went when it was there
        assert it.present == ["b", "c"]

        it.ask(A)

        assert it.present == ["c", "a"]
        assert it.memory.used == 8 * GB

    def test_a_model_is_charged_with_what_it_took_while_it_was_loaded(self) -> None:
        it = world(limit=9 * GB)
        it.operation.working["b"] = 3 * GB

        it.ask(A, B)

        assert it.present == ["b"]
        assert it.telemetry.residents == (1, 7 * GB)

    def test_a_full_device_lets_others_go_until_a_new_model_fits(self) -> None:
        it = world(size=8 * GB)
        it.ask(A, B, C)

        assert it.operation.tried == ["a", "b", "c", "c", "c"]
        assert it.present == ["c"]

    def test_a_model_that_does_not_fit_on_an_empty_device_is_out_of_memory(self) -> None:
        it = world(size=4 * GB)
        it.ask(A)

        with pytest.raises(OutOfMemory, match="no room for c"):
            it.residency.model("diarize", C)

        assert it.present == []

    def test_a_model_beyond_the_budget_is_refused_by_the_name_of_the_setting(self) -> None:
        it = world(limit=4 * GB)
        it.ask(A)

        with pytest.raises(OutOfMemory, match="TURNSTREAM_MODELS__DEVICE_MEMORY_BYTES"):
            it.residency.model("diarize", C)
        assert it.goings() == [("c", Unloading.TOO_LARGE)]

        for _ in range(2):
            with pytest.raises(OutOfMemory, match="TURNSTREAM_MODELS__DEVICE_MEMORY_BYTES"):
                it.residency.model("diarize", C)
        assert it.operation.tried == ["a", "c"]
        assert it.present == ["a"]

    def test_a_model_that_was_charged_with_its_neighbours_memory_is_measured_again(self) -> None:
        it = world(limit=4 * GB)
        it.operation.on_load = lambda: it.memory.take(2 * GB)
        with pytest.raises(OutOfMemory):
            it.residency.model("diarize", A)

        it.operation.on_load = lambda: None
        it.memory.give_back(2 * GB)
        it.clock.advance(REMEMBERED_SECONDS)
        it.ask(A)

        assert it.present == ["a"]
        assert it.telemetry.residents == (1, 3 * GB)

    def test_what_was_measured_last_counts(self) -> None:
        it = world(most=1)
        it.operation.on_load = lambda: it.memory.take(2 * GB)
        it.ask(A)
        assert it.telemetry.residents == (1, 5 * GB)

        it.operation.on_load = lambda: None
        it.ask(B, A)

        assert it.telemetry.residents == (1, 3 * GB)

    def test_nobody_goes_for_one_that_is_refused_again(self) -> None:
        it = world(limit=4 * GB)
        it.ask(A)

        for _ in range(3):
            with pytest.raises(OutOfMemory):
                it.residency.model("diarize", C)
            it.clock.advance(REMEMBERED_SECONDS)

        assert it.operation.tried == ["a", "c", "c", "c"]
        assert it.present == ["a"]

    def test_what_is_in_use_stays_and_the_next_one_waits(self) -> None:
        it = world(most=1)
        it.ask(A)

        assert it.residency.model("diarize", B, in_use={KIND_A}) is None
        assert it.present == ["a"]

        it.ask(B)
        assert it.present == ["b"]

    def test_a_device_that_is_full_of_what_is_in_use_is_tried_once(self) -> None:
        it = world(size=8 * GB)
        it.ask(B)

        for _ in range(3):
            assert it.residency.model("diarize", C, in_use={KIND_B}) is None
        assert it.operation.tried == ["b", "c"]

        assert it.residency.model("diarize", C, in_use=()) is not None
        assert it.present == ["c"]

    def test_all_others_go_but_those_in_use(self) -> None:
        it = world()
        it.ask(A, B, C)

        assert it.residency.evict_others(KIND_A, in_use={KIND_A, KIND_B})
        assert it.present == ["a", "b"]
        assert not it.residency.evict_others(KIND_A, in_use={KIND_B})


class TestMemoryThatStays:
    def test_is_told_with_figures_and_counts_until_it_comes_back(self) -> None:
        it = world(most=1)
        it.operation.lost["a"] = 2 * GB

        it.ask(A, B)

        assert it.telemetry.missing == [("a", 2 * GB, 2 * GB)]
        assert it.telemetry.residents == (1, 6 * GB)

        it.memory.give_back(2 * GB)
        it.ask(C)
        assert it.telemetry.residents == (1, 5 * GB)

    def test_is_no_cause_for_alarm_while_it_is_little(self) -> None:
        it = world(most=1)
        it.operation.sizes["a"] = it.operation.lost["a"] = SLACK_BYTES

        it.ask(A, B)
        assert it.telemetry.missing == []

        it.ask(A, B)
        assert it.telemetry.missing == [("a", SLACK_BYTES, 2 * SLACK_BYTES)]


class TestFailures:
    def test_are_told_to_the_jobs_at_hand_without_trying_again_at_once(self) -> None:
        it = world()
        it.operation.inner.failures["a"] = gated = ModelUnavailable("gated")

        for _ in range(32):
            with pytest.raises(ModelUnavailable, match="gated"):
                it.residency.model("diarize", A)

        assert it.operation.tried == ["a"]
        assert it.telemetry.failed_loads == [("a", gated)]

    def test_are_forgotten_after_some_seconds(self) -> None:
        it = world()
        it.operation.inner.failures["a"] = ModelUnavailable("gated")
        with pytest.raises(ModelUnavailable):
            it.residency.model("diarize", A)

        del it.operation.inner.failures["a"]
        it.clock.advance(REMEMBERED_SECONDS)
        it.ask(A)

        assert it.present == ["a"]

    def test_are_remembered_for_longer_when_the_attempt_was_dear(self) -> None:
        it = world(limit=4 * GB)
        it.operation.on_load = lambda: it.clock.advance(3.0)
        it.operation.on_unload = lambda: it.clock.advance(1.0)

        for _ in range(4):
            with pytest.raises(OutOfMemory):
                it.residency.model("diarize", C)
            it.clock.advance(REMEMBERED_SECONDS)
        assert it.operation.tried == ["c"]

        with pytest.raises(OutOfMemory):
            it.residency.model("diarize", C)
        assert it.operation.tried == ["c", "c"]

    def test_concern_no_other_model(self) -> None:
        it = world()
        it.operation.inner.failures["a"] = ModelUnavailable("gated")
        with pytest.raises(ModelUnavailable):
            it.residency.model("diarize", A)

        it.ask(B)

        assert it.present == ["b"]

    def test_that_are_bugs_of_an_operation_fail_its_jobs_alone(self) -> None:
        it = world()
        it.operation.inner.failures["a"] = bug = ImportError("no module named whisper")

        for _ in range(2):
            with pytest.raises(Internal, match="ImportError"):
                it.residency.model("diarize", A)

        assert it.telemetry.failed_loads == [("a", bug)]

    @pytest.mark.parametrize("error", [ModelUnavailable("gated"), ImportError("whisper")])
    def test_keep_no_frames_alive(self, error: Exception) -> None:
        class Tensors:
            """Weak references to it tell whether it is there."""

        def fail() -> None:
            tensors = Tensors()
            seen.append(weakref.ref(tensors))
            raise type(error)(str(error))

        seen = list[weakref.ref[Tensors]]()
        it = world()
        it.operation.on_load = fail

        gc.disable()  # memory must be free at once, not some time
        try:
            with contextlib.suppress(JobError):
                it.residency.model("diarize", A)
            it.telemetry.failed_loads.clear()
            assert seen[0]() is None
        finally:
            gc.enable()

    def test_of_the_device_end_the_worker(self) -> None:
        it = world()
        it.operation.inner.failures["a"] = DeviceDead("an illegal memory access")

        for _ in range(2):
            with pytest.raises(DeviceDead):
                it.residency.model("diarize", A)


class TestAModelThatFailsToGo:
    @pytest.mark.parametrize("bug", [RuntimeError("a bug of its own"), OutOfMemory("full")])
    def test_is_gone_all_the_same_and_keeps_nobody_out(self, bug: Exception) -> None:
        it = world(most=1)
        it.ask(A)
        it.operation.on_unload = raising(bug)

        it.ask(B)

        assert it.residency.resident == (KIND_B,)
        assert it.telemetry.failed_unloads == [("a", bug)]
        assert it.goings() == [("a", Unloading.EVICTED)]
        assert it.telemetry.missing == [("a", 3 * GB, 3 * GB)]

    def test_does_not_keep_others_from_going(self) -> None:
        it = world(idle=60.0)
        it.ask(A, B)
        it.operation.on_unload = raising(RuntimeError("a bug of its own"))

        it.residency.unload_idle(60.0)
        it.ask(C)
        it.residency.close()

        assert it.residency.resident == ()
        assert [name for name, _ in it.telemetry.failed_unloads] == ["a", "b", "c"]

    def test_for_the_device_has_died_ends_the_worker(self) -> None:
        it = world(most=1)
        it.ask(A)
        it.operation.on_unload = raising(DeviceDead("an illegal memory access"))

        with pytest.raises(DeviceDead):
            it.residency.model("diarize", B)


class TestWarmUp:
    def test_loads_what_it_is_told_in_that_order(self) -> None:
        it = World(Keeping(9, warm_up=(("diarize", B), ("diarize", A))))

        it.residency.warm_up()

        assert it.telemetry.loads == ["b", "a"]

    def test_goes_on_when_a_model_cannot_be_loaded(self) -> None:
        it = World(Keeping(9, warm_up=(("diarize", A), ("diarize", B))))
        it.operation.inner.failures["a"] = gated = ModelUnavailable("gated")

        it.residency.warm_up()

        assert it.present == ["b"]
        assert it.telemetry.failed_loads == [("a", gated)]


class TestIdleness:
    def test_unloads_what_was_not_used_for_long(self) -> None:
        it = world(idle=60.0)
        it.ask(A, B)
        it.clock.advance(40)
        it.ask(A)

        it.residency.unload_idle(59.9)
        assert it.present == ["a", "b"]

        it.residency.unload_idle(60.0)
        assert it.present == ["a"]
        assert it.goings() == [("b", Unloading.IDLE)]

    def test_begins_when_a_model_is_in_use_no_longer(self) -> None:
        it = world(idle=60.0)
        it.ask(A)

        it.residency.unload_idle(500.0, in_use={KIND_A})
        it.residency.unload_idle(559.0)
        assert it.present == ["a"]

        it.residency.unload_idle(560.0)
        assert it.present == []

    def test_is_foreseen(self) -> None:
        it = world(idle=60.0)
        assert it.residency.seconds_until_idle(0.0) is None

        it.ask(A)

        assert it.residency.seconds_until_idle(45.0) == 15.0
        assert it.residency.seconds_until_idle(100.0) == 0.0

    def test_is_nothing_to_speak_of_unless_asked_for(self) -> None:
        it = world()
        it.ask(A)

        it.residency.unload_idle(1e9)

        assert it.present == ["a"]
        assert it.residency.seconds_until_idle(1e9) is None
