"""How do one or two workers meet one fault, on topics of their own, and what is the verdict?"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from producer_tools.verify.oracle import Oracle
from producer_tools.verify.stores import RealStores
from producer_tools.verify.verdict import Verdict
from tests.e2e.deployment import Deployment
from tests.scripted.engine import MODEL_SETTINGS
from tests.scripted.fleet import Fleet, Member
from tests.scripted.jobs import JobWriter
from tests.stack.kafka import KafkaCluster
from tests.stack.topics import Topics
from tests.stack.workspace import workspace

_LEAVE_SECONDS = 15.0
_LOOK_SECONDS = 0.1
_STEP_SECONDS = 60.0


class TooLate(Exception):
    """Something did not happen in time; the text ends with what the workers said last."""


@dataclass(slots=True)
class Rehearsal:
    """A group with a store of its own; files stand for objects, since no link is disturbed."""

    deployment: Deployment
    fleet: Fleet
    jobs: JobWriter

    @property
    def settled(self) -> int:
        """How many jobs the workers say they have settled."""
        return sum(member.said("job settled") for member in self.fleet.members)

    def wait_until(self, happened: Callable[[], bool], seconds: float = _STEP_SECONDS) -> None:
        """Mind the workers until it has happened; raises `TooLate`."""
        deadline = time.monotonic() + seconds
        while not happened():
            if time.monotonic() > deadline:
                raise TooLate(self.fleet.members[0].log[-3000:])
            self.fleet.mind()
            time.sleep(_LOOK_SECONDS)

    def member(self, number: int) -> Member:
        """A worker, by the order in which they came."""
        return self.fleet.members[number]

    def verdict(self, patience_seconds: float) -> Verdict:
        """Give everything time to settle, let all workers leave, and judge."""
        deadline = time.monotonic() + patience_seconds
        while time.monotonic() < deadline and not self.deployment.has_caught_up():
            self.fleet.mind()
            time.sleep(_LOOK_SECONDS)
        self.fleet.stop(_LEAVE_SECONDS)
        return Oracle(RealStores()).verify(self.deployment.connection, self.deployment.group)


@contextmanager
def rehearsing(
    kafka: KafkaCluster, bug: str, partitions: int, settings: Mapping[str, str]
) -> Iterator[Rehearsal]:
    """Topics, and no workers yet; everything is gone afterwards."""
    with workspace("rehearsal") as directory:
        topics = Topics.created(kafka, partitions)
        deployment = Deployment.on_directory(kafka.bootstrap, topics, directory)
        fleet = Fleet("worker", directory, partial(_settings, deployment, settings), bug)
        jobs = JobWriter(kafka.bootstrap, topics.jobs, deployment.audio[0], partitions)
        try:
            yield Rehearsal(deployment, fleet, jobs)
        finally:
            fleet.kill()


def _settings(deployment: Deployment, settings: Mapping[str, str], instance: str) -> dict[str, str]:
    return deployment.worker_settings(
        instance,
        TURNSTREAM_KAFKA__INSTANCE=instance,
        TURNSTREAM_KAFKA__MAX_POLL_INTERVAL_SECONDS="6",
        TURNSTREAM_WORKER__DRAIN_SECONDS="0.5",
        TURNSTREAM_WORKER__RETRY_DELAYS_SECONDS="[3, 3, 3]",
        TURNSTREAM_WORKER__FETCH_THREADS="1",
        **{**MODEL_SETTINGS, **settings},
    )
