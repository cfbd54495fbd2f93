"""Whether a device that is missing or broken keeps the worker from its group, and no other does."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from consumer.diarization import canary
from consumer.diarization.canary import DeviceUnfit, check_device

CPU = torch.device("cpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has the device")
@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_a_device_that_is_not_there_is_named_with_the_setting(device: str) -> None:
    with pytest.raises(DeviceUnfit, match=f"TURNSTREAM_MODELS__DEVICE: .*{device}"):
        check_device(device)


def test_a_name_that_is_no_device_is_refused() -> None:
    with pytest.raises(DeviceUnfit, match="gpu is no device"):
        check_device("gpu")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no CUDA device")
def test_a_sound_device_passes(caplog: pytest.LogCaptureFixture) -> None:
    check_device("cuda")

    assert caplog.records == []


def test_the_processor_agrees_with_itself() -> None:
    assert canary.wrong_answers(CPU) == []


@pytest.mark.parametrize("factor", [1.1, float("nan"), 0.0])
def test_an_answer_that_is_off_is_noticed(factor: float) -> None:
    for name, answer in canary.answers(CPU):
        assert not canary.is_close(answer * factor, answer), name


def test_an_answer_that_is_only_rounded_is_not() -> None:
    for name, answer in canary.answers(CPU):
        assert canary.is_close(answer.half().float(), answer), name


def test_a_device_that_faults_cannot_compute() -> None:
    # The one device that every torch has and that holds no numbers.
    with pytest.raises(DeviceUnfit, match="device meta cannot compute"):
        check_device("meta")


@pytest.mark.parametrize("node", ["nvidia0", "dxg", "kfd"])
def test_an_accelerator_is_known_by_its_device_node(tmp_path: Path, node: str) -> None:
    (tmp_path / "nvidiactl").touch()
    assert not canary.has_accelerator(tmp_path)

    (tmp_path / node).touch()
    assert canary.has_accelerator(tmp_path)


@pytest.mark.parametrize("device", ["cpu", "auto"])
def test_a_worker_without_an_accelerator_does_not_wait_for_torch(device: str) -> None:
    program = f"""
import sys
from consumer.diarization.canary import has_accelerator, check_device
if {device!r} == "cpu" or not has_accelerator():
    check_device({device!r})
print("torch" in sys.modules)
"""

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )

    assert ran.stdout == "False\n"
