"""What does a story about delivery take place with: workers, jobs for them, and what comes out?"""

import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from producer_tools.kafka.broker import BrokerClients
from producer_tools.kafka.commits import read_progress
from producer_tools.verify.oracle import Oracle
from producer_tools.verify.stores import RealStores
from producer_tools.verify.verdict import Verdict
from schemas.commit_metadata import Progress
from tests.e2e.delivery.groups import set_session_seconds
from tests.e2e.delivery.results import ResultsReader
from tests.e2e.deployment import Deployment
from tests.scripted.engine import MODEL_SETTINGS
from tests.scripted.fleet import Fleet, Member
from tests.scripted.jobs import JobWriter, SteadyLoad
from tests.stack.kafka import KafkaCluster
from tests.stack.topics import Topics

SESSION_SECONDS = 3.0
"""After which brokers miss a worker that did not say good-bye: the least these brokers take."""
TRANSACTION_SECONDS = 3.0
_WORKERS = {
    **MODEL_SETTINGS,
    "TURNSTREAM_KAFKA__TRANSACTION_TIMEOUT_SECONDS": str(TRANSACTION_SECONDS),
    "TURNSTREAM_KAFKA__GROUP_PROTOCOL": "consumer",
    "TURNSTREAM_WORKER__FETCH_THREADS": "2",  # each has a process to start
}
_VERDICT_SECONDS = 20.0
_READY, _CHANGED = '"event": "worker ready"', '"event": "partitions changed"'
_TICK_SECONDS = 0.02
_TAIL_LINES = 30


@dataclass(slots=True)
class Story:
    """Workers are minded, jobs written and results read whenever the story waits."""

    deployment: Deployment
    fleet: Fleet
    jobs: JobWriter
    results: ResultsReader
    load: SteadyLoad | None = None

    def tick(self) -> None:
        """Let a moment pass."""
        self.fleet.mind()
        if self.load:
            self.load.tick()
        self.results.poll(_TICK_SECONDS)

    def rest(self, seconds: float) -> None:
        """Let time pass."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.tick()

    def until(self, happened: Callable[[], object], seconds: float) -> float:
        """Let time pass until it has happened; returns how long it took."""
        began = time.monotonic()
        while not happened():
            waited = time.monotonic() - began
            assert waited < seconds, (
                f"has not happened within {seconds:.0f} s; "
                f"{self.jobs.sent} jobs, {self.results.endings}, exits {self.fleet.exits}"
            )
            self.tick()
        return time.monotonic() - began

    def until_all_are_answered(self, seconds: float) -> float:
        """Nobody writes any more; every job that was written has a result."""
        self.load = None
        return self.until(lambda: len(self.results.arrivals) >= self.jobs.sent, seconds)

    def until_served(self, partitions: Collection[int], seconds: float) -> float:
        """Let time pass until each has answered a job that is written from now on."""
        now = time.time()
        return self.until(lambda: self.results.have_answered(partitions, now), seconds)

    def until_shared(self, workers: int, seconds: float = 60.0) -> None:
        """Start so many workers, and let each have partitions of its own, all of them together."""
        self.fleet.resize(workers)

        def shared() -> bool:
            held = [self.held(member) for member in self.fleet.wanted]
            return all(held) and sum(held) == self.jobs.partitions

        self.until(shared, seconds)

    def held(self, member: Member) -> int:
        """How many partitions a worker has, by its own account, in its present life."""
        events = self._log(member).rpartition(_READY)[2].splitlines()
        changes = [json.loads(line) for line in events if _CHANGED in line]
        return int(changes[-1]["held"]) if changes else 0

    def lives(self, member: Member) -> int:
        """How often a worker has been ready, over all its lives."""
        return self._log(member).count(_READY)

    def changes(self, member: Member) -> list[str]:
        """In which ways its partitions changed, over all its lives."""
        lines = self._log(member).splitlines()
        return [json.loads(line)["change"] for line in lines if _CHANGED in line]

    def progress(self, partition: int) -> Progress:
        """What the group has committed for a partition."""
        jobs = self.deployment.topics.jobs
        clients = BrokerClients(self.deployment.connection)
        found = read_progress(clients, self.deployment.group, jobs, [partition])
        return found.get(partition, Progress(0))

    def verdict(self, wait_seconds: float = _VERDICT_SECONDS) -> Verdict:
        """Let the product's own oracle judge, once every job has ended or the time is over."""
        oracle = Oracle(RealStores())
        return oracle.verify(self.deployment.connection, self.deployment.group, wait_seconds)

    @staticmethod
    def _log(member: Member) -> str:
        """All whole lines it has written."""
        path = member.process.log_path
        return path.read_text(errors="replace").rpartition("\n")[0] if path.exists() else ""


def assert_kept(verdict: Verdict, jobs: int) -> None:
    """Every job has ended, once, with the object that its result names."""
    assert verdict.holds, verdict.document()
    assert verdict.settled, verdict.document()
    assert (verdict.accepted, verdict.terminal) == (jobs, jobs)


@contextmanager
def told(
    kafka: KafkaCluster,
    directory: Path,
    partitions: int,
    settings: Mapping[str, str] | None = None,
    session_seconds: float = SESSION_SECONDS,
) -> Iterator[Story]:
    """A story on topics and a group of its own; its workers end with it."""
    directory.mkdir(exist_ok=True)
    topics = Topics.created(kafka, partitions)
    deployment = Deployment.on_directory(kafka.bootstrap, topics, directory)
    set_session_seconds(kafka.bootstrap, deployment.group, session_seconds)
    fleet = Fleet(
        "worker",
        directory,
        lambda instance: deployment.worker_settings(instance, **{**_WORKERS, **(settings or {})}),
    )
    jobs = JobWriter(kafka.bootstrap, topics.jobs, deployment.audio[0], partitions)
    results = ResultsReader(kafka.bootstrap, topics.results, partitions)
    try:
        yield Story(deployment, fleet, jobs, results)
    finally:
        fleet.kill()
        results.close()
        for member in fleet.members:
            _print_tail(member)


def _print_tail(member: Member) -> None:
    lines = member.process.log_path.read_text(errors="replace").splitlines()
    print(f"--- {member.instance}", *lines[-_TAIL_LINES:], sep="\n")
