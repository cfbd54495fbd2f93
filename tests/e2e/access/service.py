"""How are a worker and client tools told to use a broker that asks who they are?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from uuid import uuid4

from confluent_kafka.admin._acl import AclBinding

from schemas import topics
from tests.e2e.access import rights
from tests.e2e.deployment import Deployment
from tests.fakes.jobs import job_bytes
from tests.stack.messages import Entry, lag, write
from tests.stack.secured_kafka import SecuredKafka
from tests.stack.topics import Topics

TOPICS = Topics(topics.JOBS_TOPIC, topics.RESULTS_TOPIC, topics.DEAD_LETTERS_TOPIC)
GROUP = "turnstream"
PARTITIONS = 2
INSTANT_WORKER = "tests.benchmarks.instant_worker"


@dataclass(frozen=True, slots=True)
class Service:
    """The broker, the topics that the rules are about, and places for objects."""

    broker: SecuredKafka
    deployment: Deployment

    @classmethod
    def on_directory(cls, broker: SecuredKafka, directory: Path) -> Self:
        return cls(broker, Deployment.on_directory(broker.cluster.bootstrap, TOPICS, directory))

    def granted(self, rules: Sequence[AclBinding]) -> str:
        """Make a name that nobody else has, which may do just this; return it."""
        user = f"user-{uuid4().hex[:8]}"
        if rules:
            rights.grant(self.broker.admin(), list(rules), user)
        return user

    def worker_settings(self, identity: Mapping[str, str]) -> dict[str, str]:
        """A worker of the group that the rules are about."""
        own = {"TURNSTREAM_KAFKA__GROUP_ID": GROUP, "TURNSTREAM_WORKER__GRACE_SECONDS": "5"}
        return {**self.deployment.worker_settings(), **own, **identity}

    def client_settings(self, identity: Mapping[str, str]) -> dict[str, str]:
        """A client tool that asks about that group."""
        return {"TURNSTREAM_KAFKA__GROUP_ID": GROUP, **identity}

    def send_job(self) -> str:
        """Write a job whose recording is not there, behind everybody's back; return its id."""
        job_id = f"job-{uuid4().hex[:8]}"
        audio = {"uri": f"{self.deployment.audio[0]}missing.wav"}
        entry = Entry(job_id.encode(), job_bytes(job_id=job_id, audio=audio))
        write(self.broker.cluster.bootstrap, TOPICS.jobs, [entry])
        return job_id

    def has_caught_up(self) -> bool:
        """Whether the group has committed the end of the jobs topic."""
        return lag(self.broker.cluster.bootstrap, TOPICS.jobs, GROUP) == 0
