"""Put a history on real topics and into a real store, as workers would have."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from confluent_kafka import Consumer, Producer, TopicPartition

from schemas.codec import encode_result
from schemas.commit_metadata import Progress, encode
from schemas.headers import result_headers
from tests.stack.object_server import ObjectServer
from tests.stack.topics import Topics
from tests.unit.producer_tools.verify.history import History

SECONDS = 20.0


@contextmanager
def transaction(bootstrap: str, *, commit: bool = True) -> Iterator[Producer]:
    """A producer inside a transaction, which is committed or aborted at the end."""
    producer = Producer(
        {"bootstrap.servers": bootstrap, "transactional.id": uuid4().hex, "log_level": 0}
    )
    producer.init_transactions(SECONDS)
    producer.begin_transaction()
    yield producer
    producer.flush(SECONDS)
    (producer.commit_transaction if commit else producer.abort_transaction)(SECONDS)


def submit(bootstrap: str, made: History) -> None:
    """Send the jobs so that each gets the offset it has in the history."""
    producer = Producer({"bootstrap.servers": bootstrap, "log_level": 0})
    for spot, job in sorted(made.jobs.items()):
        producer.produce(
            made.place.topic,
            job.value,
            job.key,
            spot.partition,
            timestamp=job.timestamp_ms,
            headers=list(job.headers),
        )
    assert producer.flush(SECONDS) == 0


def publish(producer: Producer, topics: Topics, made: History) -> None:
    """Produce the results and dead letters."""
    for result in made.results:
        value = encode_result(result)
        producer.produce(topics.results, value, result.key, headers=list(result_headers(result)))
    for _, letter in made.letters:
        producer.produce(
            topics.dead_letters, letter.value, letter.key, headers=list(letter.headers)
        )


def commit(bootstrap: str, producer: Producer, made: History) -> None:
    """Let the producer's transaction say how far the group has come."""
    positions = [
        TopicPartition(made.place.topic, number, *_commit(progress))
        for number, progress in made.progress.items()
    ]
    send_offsets(bootstrap, producer, made.place.group, positions)


def send_offsets(
    bootstrap: str, producer: Producer, group: str, positions: Iterable[TopicPartition]
) -> None:
    """Add commits of a group without members to the transaction."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "log_level": 0})
    producer.send_offsets_to_transaction(
        list(positions), consumer.consumer_group_metadata(), SECONDS
    )
    consumer.close()


def store_in_s3(server: ObjectServer, made: History) -> None:
    """Put the objects where the results say they are."""
    for uri, found in made.objects.items():
        server.client().put_object(Bucket=uri.bucket, Key=uri.key, Body=found.data)


def store_in_files(made: History) -> None:
    """Write the objects where the results say they are."""
    for uri, found in made.objects.items():
        path = Path(uri.path)
        path.parent.mkdir(parents=True)
        path.write_bytes(found.data)


def _commit(progress: Progress) -> tuple[int, str]:
    offset = min(progress.open, default=progress.end)
    return offset, encode(offset, progress)
