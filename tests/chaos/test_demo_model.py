"""A worker with the demonstration's real model is killed in the middle: its jobs end once each."""

import os
import signal
from pathlib import Path

import pytest

from producer_tools.verify.oracle import Oracle
from producer_tools.verify.stores import RealStores
from tests.conftest import needs
from tests.e2e.deployment import DEMO_CONVERSATION, Deployment
from tests.e2e.worker_process import running
from tests.fakes.jobs import job_bytes
from tests.stack.kafka import KafkaCluster
from tests.stack.messages import Entry, write
from tests.stack.topics import Topics

needs("pyannote", "the worker with the demonstration's model")

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

JOBS = 4
RECORDING_SECONDS = 12
SETTLE_SECONDS = 60.0


@pytest.fixture
def deployment(kafka: KafkaCluster, tmp_path: Path) -> Deployment:
    """Four jobs about the beginning of the demonstration's conversation."""
    from demo.sound import SAMPLE_RATE, read_waveform, write_flac

    deployment = Deployment.on_directory(kafka.bootstrap, Topics.created(kafka, 1), tmp_path)
    path = tmp_path / "in" / "call.flac"
    write_flac(path, read_waveform(DEMO_CONVERSATION)[: RECORDING_SECONDS * SAMPLE_RATE])
    audio = {"uri": f"file://{path}"}
    entries = [Entry(None, job_bytes(job_id=f"job-{n}", audio=audio)) for n in range(JOBS)]
    write(kafka.bootstrap, deployment.topics.jobs, entries)
    return deployment


def test_every_job_ends_once_although_its_worker_dies(deployment: Deployment) -> None:
    settings = deployment.worker_settings(
        TURNSTREAM_KAFKA__INSTANCE="worker-0", DIARIZATION_MAX_BATCH_SIZE="1"
    )
    with running("victim", settings) as victim:
        victim.wait_until(lambda: bool(victim.events("job settled")), SETTLE_SECONDS)
        os.kill(victim.pid, signal.SIGKILL)
        unsettled = JOBS - len(victim.events("job settled"))
    with running("heir", settings) as heir:
        heir.wait_until(deployment.has_caught_up, SETTLE_SECONDS)

    verdict = Oracle(RealStores()).verify(deployment.connection, deployment.group)

    assert unsettled > 0
    assert (verdict.accepted, verdict.terminal) == (JOBS, JOBS)
    assert (verdict.holds, verdict.settled) == (True, True), verdict.examples
