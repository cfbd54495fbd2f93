"""A worker is ready within seconds, costs nothing while there is nothing to do, and says why not.

Without a job no model is loaded and no torch is imported.
"""

import time
from pathlib import Path

import pytest

from tests.e2e.cpu import cpu_seconds
from tests.e2e.deployment import Deployment
from tests.e2e.worker_process import launched, running
from tests.stack.ports import HOST, free_ports
from tests.stack.topics import Topics

READY_SECONDS = 5.0
IDLE_SECONDS = 5.0
IDLE_SHARE = 0.02
"""Of one core."""
UNREACHABLE_SECONDS = 15.0
WITH_S3 = {"TURNSTREAM_AUDIO__ALLOWED": '["s3://calls/"]'}
"""Its client takes longest to import; it is not asked for anything."""
EXIT_SETTINGS = 2
EXIT_UNREACHABLE = 3


@pytest.fixture(params=["simulated", pytest.param("real", marks=pytest.mark.kafka)])
def deployment(request: pytest.FixtureRequest) -> Deployment:
    """Each kind of broker in turn."""
    deployment: Deployment = request.getfixturevalue(request.param)
    return deployment


def seconds_to_ready(deployment: Deployment) -> float:
    started = time.monotonic()
    with running("worker", deployment.worker_settings(**WITH_S3)):
        return time.monotonic() - started


def test_is_ready_within_five_seconds(deployment: Deployment) -> None:
    # The better of two: the first may have to read the programs from the disk.
    seconds = min(seconds_to_ready(deployment) for _ in range(2))
    print(f"ready after {seconds:.2f} s")
    assert seconds <= READY_SECONDS


def test_imports_no_torch_before_the_first_job(simulated: Deployment) -> None:
    with running("worker", simulated.worker_settings()) as worker:
        mapped = Path(f"/proc/{worker.pid}/maps").read_text()

    assert "librdkafka" in mapped
    assert "torch" not in mapped


@pytest.mark.slow
def test_uses_hardly_any_processor_time_while_idle(deployment: Deployment) -> None:
    with running("worker", deployment.worker_settings()) as worker:
        worker.wait_until(lambda: bool(worker.events("partitions changed")), 30)
        before, since = cpu_seconds(worker.pid), time.monotonic()
        time.sleep(IDLE_SECONDS)  # what is measured is this time, in which nothing happens
        used = cpu_seconds(worker.pid) - before

        share = used / (time.monotonic() - since)
        print(f"idle: {share:.2%} of one core")
        assert share < IDLE_SHARE
        assert worker.stop() == 0


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS", ""),
        ("TURNSTREAM_KAFKA__PROPERTIES", '{"acks": "1"}'),
        ("TURNSTREAM_WORKER__FETCH_THREADS", "many"),
        ("TURNSTREAM_WORKER__FETCH_THREAD", "2"),
        ("TURNSTREAM_MODELS__DEFAULT", "mine"),
        ("TURNSTREAM_OUTPUT__DEFAULT_URI", "file:///elsewhere/"),
        ("DIARIZATION_MAX_BATCH_SIZE", "0"),
    ],
)
def test_a_wrong_setting_is_named_before_anything_starts(
    tmp_path: Path, variable: str, value: str
) -> None:
    nowhere = Deployment.on_directory(f"{HOST}:1", Topics.new(), tmp_path)
    settings = nowhere.worker_settings(**{variable: value})

    with launched("worker", settings) as worker:
        assert worker.process.wait(READY_SECONDS) == EXIT_SETTINGS
        assert worker.log.startswith(f"{variable}: ")


def test_a_broker_that_does_not_answer_is_named(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    nowhere = Deployment.on_directory(f"{HOST}:{port}", Topics.new(), tmp_path)

    with launched("worker", nowhere.worker_settings()) as worker:
        assert worker.process.wait(UNREACHABLE_SECONDS) == EXIT_UNREACHABLE
        assert f"{HOST}:{port}" in worker.events("worker cannot start")[0]["reason"]
