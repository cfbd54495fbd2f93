"""Which brokers, buckets and recordings do all contenders of a run share?"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from demo.sound import Waveform, write_flac
from tests.e2e.deployment import Deployment
from tests.stack import kafka, minio
from tests.stack.kafka import KafkaCluster
from tests.stack.object_server import ObjectServer
from tests.stack.topics import Topics

PARTITIONS = 6


@dataclass(frozen=True, slots=True)
class Place:
    """One broker, one object store, and a directory that goes with the run."""

    cluster: KafkaCluster
    server: ObjectServer
    directory: Path
    recordings: str
    """Name of the bucket that holds them."""
    results: str

    def deployment(self, partitions: int = PARTITIONS) -> Deployment:
        """Topics of its own for one contender; recordings and results lie in the same buckets."""
        topics = Topics.created(self.cluster, partitions)
        return Deployment(
            bootstrap=self.cluster.bootstrap,
            topics=topics,
            audio=(f"s3://{self.recordings}/",),
            output=(f"s3://{self.results}/{topics.jobs}/",),
            store=self.server.environment,
        )

    def upload(self, recordings: Mapping[str, Waveform]) -> list[str]:
        """Encode and store recordings; return where they lie, in the same order."""
        client, file = self.server.client(), self.directory / "upload.flac"
        for name, waveform in recordings.items():
            write_flac(file, waveform)
            client.put_object(Bucket=self.recordings, Key=f"{name}.flac", Body=file.read_bytes())
        return [f"s3://{self.recordings}/{name}.flac" for name in recordings]


@contextmanager
def place() -> Iterator[Place]:
    """Start everything, empty; raises `UnavailableError` where it cannot be had."""
    with ExitStack() as stack:
        cluster = stack.enter_context(kafka.running())
        server = stack.enter_context(minio.running())
        directory = Path(stack.enter_context(TemporaryDirectory()))
        buckets = server.new_bucket("recordings"), server.new_bucket("results")
        yield Place(cluster, server, directory, *buckets)
