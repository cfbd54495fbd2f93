"""Which three topics does a test have to itself, and how are workers and client tools told?"""

from typing import NamedTuple
from uuid import uuid4

from schemas.topics import DEAD_LETTER_HEADROOM_BYTES
from tests.stack.kafka import KafkaCluster

BROKERS_DEFAULT_BYTES = 1_048_588
"""What brokers take where nothing is said: a batch of one record, with its overhead."""


class Topics(NamedTuple):
    """The names of all three."""

    jobs: str
    results: str
    dead_letters: str

    @classmethod
    def new(cls) -> "Topics":
        """Names that nobody else uses."""
        name = uuid4().hex[:8]
        return cls(f"{name}.jobs", f"{name}.results", f"{name}.dead-letters")

    @classmethod
    def created(
        cls, kafka: KafkaCluster, partitions: int, max_job_bytes: int = BROKERS_DEFAULT_BYTES
    ) -> "Topics":
        """Three new, empty topics of a real cluster."""
        topics = cls.new()
        topics.create(kafka, partitions, max_job_bytes)
        return topics

    def create(
        self, kafka: KafkaCluster, partitions: int, max_job_bytes: int = BROKERS_DEFAULT_BYTES
    ) -> None:
        """Create them as the contract wants them: dead letters have room for the largest job."""
        kafka.create_topic(self.jobs, partitions, limited_to(max_job_bytes))
        kafka.create_topic(self.results, partitions)
        letters = limited_to(max_job_bytes + DEAD_LETTER_HEADROOM_BYTES)
        kafka.create_topic(self.dead_letters, partitions, letters)

    def settings(self, bootstrap: str) -> dict[str, str]:
        """How workers and client tools are told of them."""
        return {
            "TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS": bootstrap,
            "TURNSTREAM_KAFKA__JOBS_TOPIC": self.jobs,
            "TURNSTREAM_KAFKA__RESULTS_TOPIC": self.results,
            "TURNSTREAM_KAFKA__DEAD_LETTERS_TOPIC": self.dead_letters,
        }


def limited_to(size_bytes: int) -> dict[str, str]:
    """Of a topic: how large a batch may be."""
    return {"max.message.bytes": str(size_bytes)}
