"""What happens to one worker, so that every figure tells something?

Jobs that succeed, of two operations and with two models of which the device holds one; one whose
model cannot be loaded, tried twice; one without audio, and one that is no job; then a store that is
away for a while.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from tests.chaos.proxy import Link, Weather, linked
from tests.e2e.deployment import DEMO_MODEL, Deployment
from tests.e2e.worker_process import WorkerProcess, running
from tests.fakes.jobs import job_bytes
from tests.stack import prometheus
from tests.stack.kafka import KafkaCluster
from tests.stack.messages import Entry, read, write
from tests.stack.object_server import ObjectServer
from tests.stack.queries import Queries
from tests.stack.topics import Topics

_ROOT = Path(__file__).parents[3]
PARTITIONS = 2
SECONDS = 90.0
_DRIVER = Path(__file__).parent / "driver"
_COPIES = 4
"""Of the recording: one that cannot be fetched is its own fault, several are the store's."""
_CATALOGUE = {
    "demo": {"directory": str(DEMO_MODEL)},
    "other": {"directory": str(DEMO_MODEL)},
    "gone": {"directory": "no-such-model"},
}
_SETTINGS = {
    "TURNSTREAM_MODELS__CATALOGUE": json.dumps(_CATALOGUE),
    "TURNSTREAM_MODELS__MAX_RESIDENT": "1",
    "TURNSTREAM_WORKER__RETRY_DELAYS_SECONDS": "[0.5]",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A worker, what it reads and writes, and the Prometheus that watches it."""

    deployment: Deployment
    link: Link
    worker: WorkerProcess
    queries: Queries

    def send(self, jobs: Mapping[str, Mapping[str, Any]]) -> None:
        """Write jobs about a copy of the recording each, unless they name another."""
        copies = cycle(f"{self.deployment.audio[0]}{number}.flac" for number in range(_COPIES))
        self.write(
            *(
                job_bytes(job_id=name, **{"audio": {"uri": uri}, **job})
                for (name, job), uri in zip(jobs.items(), copies, strict=False)
            )
        )

    def write(self, *values: bytes) -> None:
        """Write messages to the jobs topic."""
        entries = [Entry(None, value) for value in values]
        write(self.deployment.bootstrap, self.deployment.topics.jobs, entries)

    def until_done(self) -> None:
        """Let the worker end all there is."""
        self.worker.wait_until(self.deployment.has_caught_up, SECONDS)

    def until_seen(self, condition: str) -> None:
        """Wait until Prometheus finds that an expression has a value."""
        self.worker.wait_until(lambda: bool(self.queries.answers(condition)), SECONDS)

    def endings(self) -> Counter[str]:
        """How many jobs ended with each status or, where they failed, code."""
        entries = read(self.deployment.bootstrap, self.deployment.topics.results)
        results = [json.loads(entry.value or b"") for entry in entries]
        return Counter((each["error"] or {}).get("code", each["status"]) for each in results)


@contextmanager
def set_up(kafka: KafkaCluster, store: ObjectServer, recording: Path) -> Iterator[Scene]:
    """Start everything, idle; the session's broker and store are used."""
    calls, results = store.new_bucket("calls"), store.new_bucket("results")
    for number in range(_COPIES):
        store.client().upload_file(str(recording), calls, f"{number}.flac")
    with linked(store.port) as link:
        deployment = Deployment(
            bootstrap=kafka.bootstrap,
            topics=Topics.created(kafka, PARTITIONS),
            audio=(f"s3://{calls}/",),
            output=(f"s3://{results}/",),
            store={**store.environment, "AWS_ENDPOINT_URL_S3": link.endpoint},
        )
        settings = deployment.worker_settings(
            PYTHONPATH=f"{_DRIVER}{os.pathsep}{_ROOT}", **_SETTINGS
        )
        with running("worker", settings) as worker:
            address = worker.events("worker ready")[0]["http"].removeprefix("http://")
            with prometheus.running([address]) as url:
                yield Scene(deployment, link, worker, Queries(url))


def play(scene: Scene) -> None:
    """Let everything happen."""
    _jobs_of_all_kinds(scene)
    _an_outage(scene)
    _more_of_the_same(scene)


def _jobs_of_all_kinds(scene: Scene) -> None:
    scene.send(
        {
            "turns": {},
            "by-the-other": {"model": "other"},
            "voices": {"operation": "embed", "params": {"ranges": [{"start": 1.0, "end": 4.0}]}},
            "no-model": {"model": "gone"},
            "no-audio": {"audio": {"uri": f"{scene.deployment.audio[0]}gone.wav"}},
        }
    )
    scene.write(b"no job")
    scene.until_done()


def _an_outage(scene: Scene) -> None:
    scene.link.weather = Weather.REFUSING
    scene.send({f"held-{number}": {} for number in range(_COPIES)})
    # Seen by Prometheus, not by us alone.
    scene.until_seen("turnstream_store_breaker_open == 1")
    scene.link.weather = Weather.FAIR
    scene.until_done()


def _more_of_the_same(scene: Scene) -> None:
    """Rates are of series that were there before."""
    for again in range(2):
        scene.send({f"turns-{again}": {}, f"other-{again}": {"model": "other"}})
        scene.write(b"no job")
        scene.send({f"no-model-{again}": {"model": "gone"}})
        scene.until_done()
