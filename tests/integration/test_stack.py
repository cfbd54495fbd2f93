"""Whether the real servers of the tests do what the tests rely on."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest
from botocore.exceptions import ClientError
from confluent_kafka import Consumer, Producer

from tests.stack.cache import runs_directory
from tests.stack.kafka import KafkaCluster
from tests.stack.object_server import ObjectServer
from tests.stack.processes import ServerFailed, ServerProcess
from tests.stack.workspace import ProcessIdentity, record_server, sweep

_DEADLINE_SECONDS = 30.0
_OWNER_OF_A_SERVER = """
import sys
from tests.stack import minio

with minio.running() as server:
    print(server.port, flush=True)
    sys.stdin.read()
"""


def wait_for(happened: Callable[[], bool]) -> bool:
    """Whether it happened before the deadline."""
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.05)
    return happened()


def read_values(bootstrap: str, topic: str, count: int) -> list[bytes | None]:
    """The first values of a topic, read by a new group."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": f"reader-of-{topic}",
            "auto.offset.reset": "earliest",
        }
    )
    consumer.subscribe([topic])
    messages = consumer.consume(count, _DEADLINE_SECONDS)
    consumer.close()
    return [message.value() for message in messages]


@pytest.mark.kafka
def test_what_kcat_writes_confluent_kafka_reads(kafka: KafkaCluster, kcat: str) -> None:
    topic = kafka.new_topic("from-kcat", partitions=3)

    command = [kcat, "-P", "-b", kafka.bootstrap, "-t", topic, "-p", "1"]
    subprocess.run(command, input=b"one\ntwo\n", check=True)

    assert read_values(kafka.bootstrap, topic, 2) == [b"one", b"two"]


@pytest.mark.kafka
def test_topics_do_not_appear_by_themselves(kafka: KafkaCluster) -> None:
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "message.timeout.ms": 2000})
    errors: list[str] = []

    producer.produce("mistyped", b"job", on_delivery=lambda error, _: errors.append(str(error)))
    producer.flush(_DEADLINE_SECONDS)

    assert len(errors) == 1


@pytest.mark.kafka
@pytest.mark.slow
def test_three_brokers_survive_the_kill_of_one(three_brokers: KafkaCluster) -> None:
    topic = three_brokers.new_topic("replicated", partitions=3)
    three_brokers.brokers[0].kill()

    producer = Producer({"bootstrap.servers": three_brokers.bootstrap, "log_level": 0})
    for partition in range(3):
        producer.produce(topic, str(partition).encode(), partition=partition)

    assert producer.flush(_DEADLINE_SECONDS) == 0
    assert set(read_values(three_brokers.bootstrap, topic, 3)) == {b"0", b"1", b"2"}


@pytest.mark.kafka
def test_a_paused_broker_answers_again(kafka: KafkaCluster) -> None:
    (broker,) = kafka.brokers

    broker.pause()
    answered_while_paused = kafka.is_complete()
    broker.resume()

    assert not answered_while_paused
    assert wait_for(kafka.is_complete)


@pytest.mark.s3
def test_an_object_comes_back_as_it_went(object_server: ObjectServer) -> None:
    bucket, client = object_server.new_bucket("calls"), object_server.client()

    client.put_object(Bucket=bucket, Key="2026/a b+c#.flac", Body=b"fLaC")

    assert client.get_object(Bucket=bucket, Key="2026/a b+c#.flac")["Body"].read() == b"fLaC"


@pytest.mark.s3
def test_the_first_writer_of_a_key_wins(object_server: ObjectServer) -> None:
    bucket, client = object_server.new_bucket("results"), object_server.client()
    client.put_object(Bucket=bucket, Key="result.json", Body=b"first", IfNoneMatch="*")

    with pytest.raises(ClientError) as refused:
        client.put_object(Bucket=bucket, Key="result.json", Body=b"second", IfNoneMatch="*")

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412
    assert client.get_object(Bucket=bucket, Key="result.json")["Body"].read() == b"first"


@pytest.mark.s3
def test_an_overwritten_object_keeps_its_versions(object_server: ObjectServer) -> None:
    bucket, client = object_server.new_bucket("calls"), object_server.client()
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})

    first = client.put_object(Bucket=bucket, Key="call.wav", Body=b"first")["VersionId"]
    client.put_object(Bucket=bucket, Key="call.wav", Body=b"second")

    stored = client.get_object(Bucket=bucket, Key="call.wav", VersionId=first)
    assert stored["Body"].read() == b"first"


@pytest.mark.s3
def test_a_wrong_secret_is_refused(object_server: ObjectServer) -> None:
    stranger = ObjectServer(object_server.name, object_server.port, object_server.access_key)

    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        stranger.client().list_buckets()


@pytest.mark.s3
@pytest.mark.usefixtures("minio")
def test_no_server_survives_the_kill_of_its_owner() -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", _OWNER_OF_A_SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with owner:
        assert owner.stdout is not None
        owner.stdout.readline()
        (record,) = runs_directory().glob(f"minio.{owner.pid}-*/*.server")
        server = ProcessIdentity.parse(record.stem)
        assert server.is_alive()

        owner.kill()

    assert wait_for(lambda: not server.is_alive())


def test_the_next_run_clears_up_after_one_that_crashed() -> None:
    with subprocess.Popen(["sleep", "600"]) as survivor:
        crashed_owner = ProcessIdentity(survivor.pid, started_ticks=0)
        workspace = runs_directory() / f"minio.{crashed_owner}.x"
        workspace.mkdir()
        record_server(workspace, survivor.pid)

        sweep()

        assert survivor.wait(_DEADLINE_SECONDS) == -signal.SIGKILL
        assert not workspace.exists()


def test_a_server_that_ends_at_its_start_shows_its_log(tmp_path: Path) -> None:
    server = ServerProcess("broken", ["sh", "-c", "echo no such disk; exit 3"], tmp_path)

    server.start()

    with pytest.raises(ServerFailed, match="no such disk"):
        server.wait_until(lambda: False)


def test_prometheus_answers_what_it_scraped(prometheus: str) -> None:
    def is_scraped() -> bool:
        with urlopen(f"{prometheus}/api/v1/query?query=up") as answer:
            return bool(json.load(answer)["data"]["result"])

    assert wait_for(is_scraped)
