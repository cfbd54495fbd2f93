"""Two workers share the partitions of a topic, and one of them is told to stop in the middle.

It finishes what it has begun and leaves; the other takes its partitions over at once, not after a
time-out; and every job ends, whoever had it.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import PARTITIONS
from tests.e2e.deployment import Deployment
from tests.e2e.worker_process import WorkerProcess, running
from tests.fakes.jobs import job_bytes
from tests.stack.messages import Entry, Position, read, write

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

JOBS_BEFORE, JOBS_AFTER = 20, 10
GROUP_SESSION_SECONDS = 6.0
"""After which the brokers of the tests miss a member that did not say good-bye."""


@pytest.fixture
def uri(real: Deployment, engine: None) -> str:
    """A recording that must be decoded before it turns out that no channel 5 is in it."""
    from tests.contract.audio.recordings import pcm16, sound, wav

    uri = f"{real.audio[0]}call.wav"
    Path(uri.removeprefix("file://")).write_bytes(wav(pcm16(sound(60.0))))
    return uri


def jobs(uri: str, numbers: range) -> list[Entry]:
    audio = {"uri": uri, "channel": 5}
    return [Entry(f"key-{n}".encode(), job_bytes(job_id=f"job-{n}", audio=audio)) for n in numbers]


def test_every_job_ends_although_a_worker_leaves(real: Deployment, uri: str) -> None:
    def send(numbers: range) -> list[Position]:
        return write(real.bootstrap, real.topics.jobs, jobs(uri, numbers))

    with (
        running("worker-0", real.worker_settings("worker-0")) as leaving,
        running("worker-1", real.worker_settings("worker-1")) as staying,
    ):
        leaving.wait_until(lambda: held(leaving) == held(staying) == PARTITIONS // 2, 30)
        sent = send(range(JOBS_BEFORE))
        leaving.wait_until(lambda: bool(leaving.events("job settled")), 30)
        leaving.process.terminate()
        sent += send(range(JOBS_BEFORE, JOBS_BEFORE + JOBS_AFTER))
        assert leaving.process.wait(30) == 0
        staying.wait_until(real.has_caught_up, 30)

        assert seconds_without_owner(leaving, staying) < GROUP_SESSION_SECONDS / 2
        assert staying.stop() == 0

    results = [json.loads(e.value or b"") for e in read(real.bootstrap, real.topics.results)]
    assert {origin(result) for result in results} == set(sent)
    assert {result["error"]["code"] for result in results} == {"audio_channel_missing"}
    assert {result["worker"] for result in results} == {"worker-0", "worker-1"}


def held(worker: WorkerProcess) -> int:
    changes = worker.events("partitions changed")
    return int(changes[-1]["held"]) if changes else 0


def origin(result: Mapping[str, Any]) -> Position:
    return result["origin"]["partition"], result["origin"]["offset"]


def seconds_without_owner(leaving: WorkerProcess, staying: WorkerProcess) -> float:
    """From the moment the partitions are let go until the other has all of them."""
    let_go = leaving.events("partitions changed")[-1]
    taken = next(
        e
        for e in staying.events("partitions changed")
        if e["time"] > let_go["time"] and e["held"] == PARTITIONS
    )
    return (at(taken) - at(let_go)).total_seconds()


def at(event: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(event["time"])
