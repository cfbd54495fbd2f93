"""Who answers jobs, in a process of its own: a worker, or the loop that a user would write?"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from tests.benchmarks.service.answers import Answer, Reader, Served
from tests.benchmarks.service.jobs import Request, Sender
from tests.benchmarks.service.place import PARTITIONS, Place
from tests.e2e.cpu import cpu_seconds
from tests.e2e.deployment import Deployment
from tests.stack.ports import HOST, free_ports
from tests.stack.processes import ServerProcess, answers
from tests.stack.workspace import workspace

PATIENCE_SECONDS = 900.0
SCRAPE_SECONDS = 5.0
REAL_WORKER, INSTANT_WORKER = "consumer", "tests.benchmarks.instant_worker"
PLAIN_LOOP = "tests.benchmarks.service.plain_loop"


@dataclass(frozen=True, slots=True)
class Contender:
    """A process that answers jobs, with topics of its own."""

    process: ServerProcess
    sender: Sender
    reader: Reader
    temporary: Path
    """Where it puts temporary files."""
    metrics_port: int | None = None
    """None: it has no metrics."""

    def serve(self, requests: Sequence[Request], per_second: float | None = None) -> Served:
        """Send jobs and wait for all answers. Raises `NoAnswer`."""
        cpu_before = cpu_seconds(self.process.pid)
        with ThreadPoolExecutor(1) as sending:
            sent = sending.submit(self.sender.send, requests, per_second)
            found = self.reader.read(len(requests), PATIENCE_SECONDS, self.process.is_running)
        cpu = cpu_seconds(self.process.pid) - cpu_before
        return Served([Answer(sent.result()[each.job_id], each) for each in found], cpu)

    def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric over the labels that are not given; 0 for one that is not there."""
        with urlopen(f"http://{HOST}:{self.metrics_port}/metrics", timeout=SCRAPE_SECONDS) as page:
            families = text_string_to_metric_families(page.read().decode())
        samples = (sample for family in families for sample in family.samples)
        return sum(
            sample.value
            for sample in samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )


@contextmanager
def worker(
    place: Place,
    settings: Mapping[str, str],
    module: str = REAL_WORKER,
    partitions: int = PARTITIONS,
) -> Iterator[Contender]:
    """A worker that is ready, as it comes but for these settings."""
    (port,) = free_ports(1)
    deployment = place.deployment(partitions)
    environment = {
        **deployment.worker_settings(f"worker-of-{deployment.topics.jobs}"),
        "TURNSTREAM_HTTP__PORT": str(port),
        **settings,
    }
    with _started([module], deployment, environment, partitions, port) as contender:
        contender.process.wait_until(lambda: answers(port, "/ready"))
        yield contender


@contextmanager
def plain_loop(place: Place, pipeline: Path | None = None) -> Iterator[Contender]:
    """The loop of a user, with stock where a pipeline is given."""
    deployment = place.deployment()
    environment = {
        **deployment.client_settings,
        "TURNSTREAM_KAFKA__GROUP_ID": deployment.group,
        "TURNSTREAM_OUTPUT__DEFAULT_URI": deployment.output[0],
    }
    chosen = ["--pipeline", str(pipeline)] if pipeline else []
    with _started([PLAIN_LOOP, *chosen], deployment, environment, PARTITIONS) as contender:
        yield contender


@contextmanager
def _started(
    module: Sequence[str],
    deployment: Deployment,
    environment: Mapping[str, str],
    partitions: int,
    metrics_port: int | None = None,
) -> Iterator[Contender]:
    where, topics = deployment.bootstrap, deployment.topics
    with (
        workspace("contender") as directory,
        closing(Reader(where, topics.results, partitions)) as reader,
    ):
        temporary = directory / "temporary"
        temporary.mkdir()
        command = [sys.executable, "-m", *module]
        surroundings = {**environment, "TMPDIR": str(temporary)}
        process = ServerProcess("contender", command, directory, surroundings)
        process.start()
        try:
            sender = Sender(where, topics.jobs, partitions)
            yield Contender(process, sender, reader, temporary, metrics_port)
        finally:
            process.stop()
