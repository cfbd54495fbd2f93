"""Whether models are measured as they come, and give their memory back as they go."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from consumer.core.errors import DeviceDead, ModelUnavailable
from consumer.core.memory_budget import Unloading
from consumer.core.model import CatalogueModel, Diarization, Recording
from consumer.core.ports import Diarizer, Instruments
from consumer.core.steps import Steps
from consumer.diarization.cuda_memory import CudaMemory
from consumer.diarization.device_memory import HostMemory, device_memory
from consumer.diarization.loading import Running, load_engine
from consumer.operations.diarize import Diarize
from consumer.residency import Keeping, Residency
from tests.fakes.clock import FakeClock
from tests.fakes.telemetry import RecordingTelemetry

DEMO_MODEL = Path(__file__).parents[3] / "demo" / "model"
DEMO = CatalogueModel("demo", "demo", directory=str(DEMO_MODEL))
MB = 1024**2
BALLAST = 200 * MB
GPU = torch.device("cuda")


@pytest.fixture
def telemetry() -> RecordingTelemetry:
    return RecordingTelemetry()


@pytest.fixture
def residency(muted: None, telemetry: RecordingTelemetry) -> Residency:
    """The demonstration model on the processor, heavy enough to be seen among all else."""
    diarize = Diarize(lambda model: _Heavy(load_engine(model, Running(device="cpu", threads=1))))
    instruments = Instruments(FakeClock(), telemetry)
    return Residency({"diarize": diarize}, Keeping(1), instruments, HostMemory())


def test_a_model_that_comes_and_goes_three_times_leaves_nothing(
    residency: Residency, telemetry: RecordingTelemetry
) -> None:
    after = []
    for _ in range(3):
        residency.model("diarize", DEMO)
        residency.close()
        after.append(HostMemory().used_bytes())

    returned = [size for _, _, size in telemetry.unloads]
    assert [reason for _, reason, _ in telemetry.unloads] == [Unloading.CLOSING] * 3
    assert min(returned) >= BALLAST
    assert max(returned) <= BALLAST + 50 * MB
    assert after[-1] - after[0] <= 3 * MB
    assert telemetry.missing == []


def test_a_model_that_does_not_go_is_noticed(
    residency: Residency, telemetry: RecordingTelemetry
) -> None:
    held_on_to = residency.model("diarize", DEMO)
    assert held_on_to is not None
    held_on_to.unload = lambda: None  # type: ignore[method-assign]

    residency.close()

    ((name, missing, _),) = telemetry.missing
    assert name == "demo"
    assert missing >= BALLAST
    _, counted = telemetry.residents
    assert counted == missing


def test_asking_for_the_capacity_of_the_host_imports_no_torch() -> None:
    check = """
import sys
from consumer.diarization.device_memory import device_memory
assert device_memory("cpu").capacity_bytes() is None
assert device_memory("cpu", 5).capacity_bytes() == 5
assert not {"torch", "pyannote"} & set(sys.modules)
"""

    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_the_libraries_are_not_charged_to_the_first_model() -> None:
    check = """
import sys
from consumer.diarization.device_memory import HostMemory
memory = HostMemory()
first = memory.used_bytes()
assert {"torch", "pyannote"} <= set(sys.modules)
assert memory.used_bytes() - first < 16 * 1024**2
"""

    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_a_kernel_that_does_not_tell_is_nobody_to_rely_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("consumer.diarization.device_memory.STATUS", tmp_path / "status")
    memory = HostMemory(prepare=lambda: None)
    assert memory.used_bytes() == 0

    (tmp_path / "status").write_text("VmRSS:\t 7 kB\nRssAnon:\t      20 kB\nRssFile:\t 9 kB\n")

    assert memory.used_bytes() == 20 * 1024


class TestChoice:
    def test_is_the_host_without_an_accelerator(self) -> None:
        assert isinstance(device_memory("cpu"), HostMemory)

    def test_is_the_host_where_torch_cannot_use_what_is_there(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("consumer.diarization.device_memory.has_accelerator", lambda: True)
        monkeypatch.setattr("torch.cuda.is_available", lambda: False)

        assert isinstance(device_memory("auto"), HostMemory)

    def test_is_the_accelerator_where_there_is_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("consumer.diarization.device_memory.has_accelerator", lambda: True)
        monkeypatch.setattr("torch.cuda.is_available", lambda: True)

        assert isinstance(device_memory("auto"), CudaMemory)

    def test_of_a_device_that_is_not_there_is_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("torch.cuda.is_available", lambda: False)

        with pytest.raises(ModelUnavailable, match="cuda:3"):
            device_memory("cuda:3")


class TestAccelerator:
    def test_offers_nine_tenths_of_what_is_free(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("torch.cuda.mem_get_info", lambda _: (1000, 5000))

        assert CudaMemory(GPU).capacity_bytes() == 900
        assert CudaMemory(GPU, 40).capacity_bytes() == 40

    def test_that_is_dead_ends_the_worker(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail() -> None:
            raise RuntimeError("CUDA error: an illegal memory access was encountered")

        monkeypatch.setattr("torch.cuda.empty_cache", fail)

        with pytest.raises(DeviceDead):
            CudaMemory(GPU).used_bytes()


class _Heavy:
    """A diarizer and some ballast, which goes with it."""

    def __init__(self, diarizer: Diarizer) -> None:
        self._diarizer = diarizer
        self._ballast: torch.Tensor | None = torch.ones(BALLAST, dtype=torch.uint8)

    def diarize(self, batch: Sequence[Recording]) -> Steps[Diarization]:
        return self._diarizer.diarize(batch)

    def unload(self) -> None:
        self._ballast = None
        self._diarizer.unload()
