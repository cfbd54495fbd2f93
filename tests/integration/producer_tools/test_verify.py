"""Whether `turnstream verify` judges what stands on a real broker and in a real store."""

import json
import threading
from pathlib import Path

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from tests.integration.producer_tools.command import Run, command, environment
from tests.integration.producer_tools.staging import (
    commit,
    publish,
    store_in_files,
    store_in_s3,
    submit,
    transaction,
)
from tests.stack.kafka import KafkaCluster
from tests.stack.object_server import ObjectServer
from tests.stack.topics import Topics
from tests.unit.producer_tools.verify.history import Fate, History, Place, history, spots

pytestmark = pytest.mark.kafka

ONE_OF_EACH = spots(list(Fate))
ALL_ENDED = spots([fate for fate in Fate if fate is not Fate.OPEN])


@pytest.fixture
def place(topics: Topics, group: str, tmp_path: Path) -> Place:
    return Place(topics.jobs, group, f"file://{tmp_path}/results/")


def stage(kafka: KafkaCluster, topics: Topics, made: History) -> None:
    """Let everything happen as it should: one transaction for all."""
    submit(kafka.bootstrap, made)
    with transaction(kafka.bootstrap) as producer:
        publish(producer, topics, made)
        commit(kafka.bootstrap, producer, made)


def remove(kafka: KafkaCluster, *positions: TopicPartition) -> None:
    """Remove what stands before, as retention would; -1 is the end."""
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap, "log_level": 0})
    for removed in admin.delete_records(list(positions)).values():
        removed.result(10)


def test_a_good_history_holds_and_what_is_open_is_counted(
    kafka: KafkaCluster, topics: Topics, place: Place, run: Run
) -> None:
    made = history(ONE_OF_EACH, place)
    store_in_files(made)
    stage(kafka, topics, made)

    ended = run("verify", "--json")

    verdict = json.loads(ended.stdout)
    assert ended.returncode == 0, ended.stderr
    assert (verdict["accepted"], verdict["terminal"]) == (len(Fate) - 1, len(Fate) - 2)
    assert verdict["unfinished"] == 1
    assert verdict["finished_uncommitted"] == 0


@pytest.mark.s3
def test_objects_in_s3_are_fetched_and_compared(
    kafka: KafkaCluster,
    topics: Topics,
    group: str,
    minio: ObjectServer,
    monkeypatch: pytest.MonkeyPatch,
    run: Run,
) -> None:
    for name, value in minio.environment.items():
        monkeypatch.setenv(name, value)
    bucket = minio.new_bucket("results")
    place = Place(topics.jobs, group, f"s3://{bucket}/a b%/")
    made = history(ALL_ENDED, place)
    store_in_s3(minio, made)
    stage(kafka, topics, made)

    good = run("verify")
    deleted, replaced, *_ = made.objects
    minio.client().delete_object(Bucket=bucket, Key=deleted.key)
    minio.client().put_object(Bucket=bucket, Key=replaced.key, Body=b"{}")
    bad = run("verify")

    assert good.returncode == 0, good.stdout + good.stderr
    assert bad.returncode == 1
    broken = [line.split(maxsplit=2) for line in bad.stdout.splitlines() if "broken" in line]
    assert [(count, meaning.split("  ")[0]) for _, count, meaning in broken] == [
        ("1", "objects that a result names and that are not there"),
        ("1", "objects that are not what their result says"),
    ]
    assert f"{deleted} (job {topics.jobs}/" in bad.stdout


def test_only_what_was_committed_counts(
    kafka: KafkaCluster, topics: Topics, place: Place, run: Run
) -> None:
    made = history(ALL_ENDED, place)
    store_in_files(made)
    with transaction(kafka.bootstrap, commit=False) as producer:
        publish(producer, topics, made)
        commit(kafka.bootstrap, producer, made)
    stage(kafka, topics, made)
    with transaction(kafka.bootstrap, commit=False) as producer:
        publish(producer, topics, made)

    ended = run("verify", "--wait", "5")

    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_results_that_were_published_twice_break_it_but_at_least_once(
    kafka: KafkaCluster, topics: Topics, place: Place, run: Run
) -> None:
    made = history(ALL_ENDED, place)
    store_in_files(made)
    stage(kafka, topics, made)
    with transaction(kafka.bootstrap) as producer:
        publish(producer, topics, made)

    exactly, at_least = run("verify"), run("verify", "--at-least-once", "--json")

    assert exactly.returncode == 1
    assert at_least.returncode == 0, at_least.stdout
    assert json.loads(at_least.stdout)["duplicated"] == len(ALL_ENDED) - 1


def test_waits_for_what_is_pending_and_gives_up_in_time(
    kafka: KafkaCluster, topics: Topics, place: Place, run: Run
) -> None:
    made = history(ALL_ENDED, place)
    store_in_files(made)
    submit(kafka.bootstrap, made)
    impatient = run("verify", "--wait", "0.5")

    def finish_later() -> None:
        with transaction(kafka.bootstrap) as producer:
            publish(producer, topics, made)
            commit(kafka.bootstrap, producer, made)

    late = threading.Timer(3.0, finish_later)
    late.start()
    patient = run("verify", "--wait", "30", "--json")
    late.join()

    assert impatient.returncode == 4
    assert "jobs are still unfinished after 0.5 s" in impatient.stderr
    assert patient.returncode == 0, patient.stdout
    assert json.loads(patient.stdout)["unfinished"] == 0


def test_what_retention_removed_is_not_judged(
    kafka: KafkaCluster, topics: Topics, place: Place, run: Run
) -> None:
    made = history(ALL_ENDED, place)
    store_in_files(made)
    stage(kafka, topics, made)
    remove(kafka, TopicPartition(topics.jobs, 0, 2))
    remove(kafka, *(TopicPartition(topics.results, number, -1) for number in (0, 1)))

    ended = run("verify", "--json")

    verdict = json.loads(ended.stdout)
    assert ended.returncode == 0, ended.stdout
    assert verdict["accepted"] == len(ALL_ENDED) - 1 - 2
    assert verdict["terminal"] == 0
    assert verdict["unjudged"] == verdict["accepted"] + 2


def test_a_topic_that_is_missing_is_named(kafka: KafkaCluster, tmp_path: Path) -> None:
    topics = Topics.new()

    ended = command(environment(kafka.bootstrap, topics, tmp_path))("verify")

    assert ended.returncode == 3
    assert f"there is no topic {topics.jobs}" in ended.stderr
