"""Whether `turnstream lag` counts what waits on a real broker, whoever is working on it."""

import json
import subprocess

import pytest
from confluent_kafka import Producer, TopicPartition

from producer_tools.exits import ClientError
from producer_tools.kafka.broker import BrokerClients
from producer_tools.kafka.commits import read_progress
from producer_tools.kafka.connection import KafkaConnection
from schemas.commit_metadata import Mark, Progress, encode
from schemas.headers import audio_seconds_header
from tests.integration.producer_tools.command import Run
from tests.integration.producer_tools.staging import (
    SECONDS,
    send_offsets,
    transaction,
)
from tests.stack.kafka import KafkaCluster
from tests.stack.topics import Topics

pytestmark = pytest.mark.kafka

PROGRESS = Progress(6, {1: Mark(starts=1), 3: Mark(attempts=1), 4: Mark()})


def produce(producer: Producer, topic: str, jobs: int) -> None:
    """Send jobs to partition 0; the even ones say that they are 10 s long."""
    for number in range(jobs):
        length = [audio_seconds_header(10.0)] if number % 2 == 0 else []
        producer.produce(topic, b"{}", partition=0, headers=[*length])
    assert producer.flush(SECONDS) == 0


def commit(kafka: KafkaCluster, topics: Topics, group: str, offset: int, metadata: str) -> None:
    position = TopicPartition(topics.jobs, 0, offset, metadata)
    with transaction(kafka.bootstrap) as producer:
        send_offsets(kafka.bootstrap, producer, group, [position])


def test_a_group_that_never_committed_has_everything_before_it(
    kafka: KafkaCluster, topics: Topics, group: str, run: Run
) -> None:
    produce(Producer({"bootstrap.servers": kafka.bootstrap}), topics.jobs, 4)

    ended = run("lag", "--group", group, "--json")

    assert ended.returncode == 0, ended.stderr
    lag = json.loads(ended.stdout)
    assert (lag["jobs"], lag["audio_seconds"]) == (4, 40)
    assert [one["jobs"] for one in lag["partitions"]] == [4, 0]


def test_only_what_is_unfinished_and_committed_counts(
    kafka: KafkaCluster, topics: Topics, group: str, run: Run
) -> None:
    with transaction(kafka.bootstrap) as producer:
        produce(producer, topics.jobs, 8)
    commit(kafka, topics, group, 1, encode(1, PROGRESS))
    with transaction(kafka.bootstrap, commit=False) as producer:
        produce(producer, topics.jobs, 5)

    document, table = run("lag", "--group", group, "--json"), run("lag", "--group", group)

    assert document.returncode == 0, document.stderr
    lag = json.loads(document.stdout)
    assert (lag["jobs"], lag["started"], lag["in_retry"]) == (5, 1, 1)
    assert 0 <= lag["oldest_seconds"] < 60
    assert table.stdout.splitlines()[-1].split()[:3] == ["all", "5", "0:00:50"]


def test_nothing_waits_behind_the_end_of_the_log(
    kafka: KafkaCluster, topics: Topics, group: str, run: Run
) -> None:
    with transaction(kafka.bootstrap) as producer:
        produce(producer, topics.jobs, 2)
    commit(kafka, topics, group, 3, "")

    ended = run("lag", "--group", group, "--json")

    assert json.loads(ended.stdout)["jobs"] == 0
    assert json.loads(ended.stdout)["oldest_seconds"] is None


def test_a_header_whose_name_is_not_utf8_costs_the_headers_alone(
    kafka: KafkaCluster, topics: Topics, group: str, run: Run, kcat: str
) -> None:
    to: list[str | bytes] = [kcat, "-P", "-b", kafka.bootstrap, "-t", topics.jobs, "-p", "0"]
    for name, jobs in ((b"x-audio-seconds", 200), (b"\xff", 2)):
        lines = b"{}\n" * jobs
        subprocess.run([*to, "-H", name + b"=10"], input=lines, timeout=10, check=True)

    ended = run("lag", "--group", group, "--json")

    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["jobs"] == 202
    assert json.loads(ended.stdout)["audio_seconds"] == 2020


def test_metadata_of_a_later_version_is_refused_with_the_partition_named(
    kafka: KafkaCluster, topics: Topics, group: str, run: Run
) -> None:
    commit(kafka, topics, group, 0, "9:what is to come")

    ended = run("lag", "--group", group)

    assert ended.returncode == 1
    assert f"{topics.jobs}/0: what the group {group} committed at offset 0 cannot" in ended.stderr


def test_a_commit_is_read_when_its_transaction_has_ended(
    kafka: KafkaCluster, topics: Topics, group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = BrokerClients(KafkaConnection(bootstrap_servers=kafka.bootstrap))
    position = TopicPartition(topics.jobs, 0, 1, encode(1, PROGRESS))
    monkeypatch.setattr("producer_tools.kafka.commits._PATIENCE_SECONDS", 1.0)

    with transaction(kafka.bootstrap) as producer:
        send_offsets(kafka.bootstrap, producer, group, [position])
        with pytest.raises(ClientError, match=r"/0: .* a transaction is open"):
            read_progress(clients, group, topics.jobs, [0])

    assert read_progress(clients, group, topics.jobs, [0, 1]) == {0: PROGRESS}
