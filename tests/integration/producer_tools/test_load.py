"""Whether a load arrives as planned on a real broker, and its answers are timed."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Message, TopicPartition

from producer_tools.exits import StoreUnreachable
from producer_tools.load.listing import list_recordings
from tests.integration.producer_tools.command import Run
from tests.integration.producer_tools.responder import answering
from tests.stack.kafka import KafkaCluster
from tests.stack.object_server import ObjectServer
from tests.stack.topics import Topics
from tests.unit.producer_tools.test_audio_header import wav

MADE_UP = ("--synthesize", "--durations", "0.5s=3,1s=1")


@pytest.fixture
def answers(kafka: KafkaCluster, topics: Topics) -> Iterator[None]:
    """A script that answers every job."""
    with answering(kafka.bootstrap, topics):
        yield


@pytest.mark.kafka
@pytest.mark.usefixtures("answers")
def test_a_load_is_sent_at_its_rate_and_its_answers_are_timed(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.json"

    ended = run(
        "load", *MADE_UP, "--rate", "100", "--jobs", "200", "--await", "--json", str(report)
    )

    assert ended.returncode == 0, ended.stderr
    found = json.loads(report.read_text())
    assert found["jobs"] == 200
    assert 70 < found["offered_jobs_per_second"] < 140
    assert found["most_late_seconds"] < 5
    assert found["answers"]["results"] == {"succeeded": 200}
    assert found["answers"]["unanswered"] == 0
    assert 0 <= found["answers"]["latency_seconds"]["p50"] <= 30
    assert "200 succeeded" in ended.stdout


@pytest.mark.kafka
def test_the_same_seed_sends_the_same_jobs_again(
    run: Run, kafka: KafkaCluster, topics: Topics
) -> None:
    arguments = ("load", *MADE_UP, "--jobs", "40", "--mix", "diarize=4,embed=1", "--name", "again")

    assert run(*arguments).returncode == 0
    assert run(*arguments).returncode == 0

    jobs = Counter(map(asked, messages(kafka, topics)))
    assert list(jobs.values()) == [2] * 40
    assert {operation for _, operation, _ in jobs} == {"diarize", "embed"}


@pytest.mark.kafka
def test_messages_say_how_long_their_audio_is(
    run: Run, kafka: KafkaCluster, topics: Topics
) -> None:
    run("load", *MADE_UP, "--jobs", "30")

    seen = set()
    for message in messages(kafka, topics):
        audio = json.loads(message.value() or b"")["audio"]
        seconds = f"{audio['duration_seconds']:.3f}".encode()
        assert message.headers() == [("x-audio-seconds", seconds)]
        assert Path(audio["uri"].removeprefix("file://")).stat().st_size == audio["size_bytes"]
        seen.add(audio["duration_seconds"])
    assert seen == {0.5, 1.0}


@pytest.mark.kafka
@pytest.mark.usefixtures("answers")
def test_the_exit_code_says_that_a_job_failed(run: Run) -> None:
    ended = run(
        "load", "s3://calls/a.wav", "--jobs", "20", "--models", "broken=1,demo=3", "--await"
    )

    assert ended.returncode == 1, ended.stderr
    assert re.search(r"errors +\d+ audio_undecodable", ended.stdout)


@pytest.mark.kafka
def test_nobody_answering_is_exit_code_4(run: Run) -> None:
    ended = run("load", "s3://calls/a.wav", "--jobs", "3", "--await", "--timeout", "0.5")

    assert ended.returncode == 4
    assert ended.stderr.splitlines()[-1] == "turnstream: 3 jobs have no result yet"
    assert "3 unanswered" in ended.stdout


@pytest.mark.kafka
def test_a_job_that_workers_would_refuse_is_not_sent(
    run: Run, kafka: KafkaCluster, topics: Topics
) -> None:
    ended = run("load", "s3://calls/a.wav", "--jobs", "3", "--name", "no name")

    assert ended.returncode == 2
    assert "job_id" in ended.stderr
    assert messages(kafka, topics) == []


@pytest.mark.s3
def test_audio_in_a_bucket_is_found_by_its_suffix(
    object_server: ObjectServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in object_server.environment.items():
        monkeypatch.setenv(name, value)
    bucket = object_server.new_bucket("calls")
    for key in ("in/a call #1.WAV", "in/deep/b.flac", "in/notes.txt", "out/c.wav"):
        object_server.client().put_object(Bucket=bucket, Key=key, Body=wav(16))

    found = list_recordings(f"s3://{bucket}/in/")

    assert [recording.uri.key for recording in found] == ["in/a call #1.WAV", "in/deep/b.flac"]
    assert {recording.size_bytes for recording in found} == {76}
    with pytest.raises(StoreUnreachable, match="there is no bucket nowhere-at-all"):
        list_recordings("s3://nowhere-at-all/")


def asked(message: Message) -> tuple[str, str, str]:
    """What matters of a job."""
    job = json.loads(message.value() or b"")
    return job["job_id"], job["operation"], job["audio"]["uri"]


def messages(kafka: KafkaCluster, topics: Topics) -> list[Message]:
    """All jobs on the topic by now."""
    consumer = Consumer(
        {"bootstrap.servers": kafka.bootstrap, "group.id": "reader", "log_level": 0}
    )
    partitions = [TopicPartition(topics.jobs, number, 0) for number in range(2)]
    left = sum(consumer.get_watermark_offsets(one)[1] for one in partitions)
    consumer.assign(partitions)
    found: list[Message] = []
    while len(found) < left:
        found += consumer.consume(left - len(found), 1.0)
    consumer.close()
    return found
