"""Whether results and recordings are found in real stores and on a real topic."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from producer_tools.exits import StoreUnreachable
from producer_tools.report.finding import NoResult, find
from producer_tools.report.making import Wish, make
from tests.integration.report.jobs import hum
from tests.stack.kafka import KafkaCluster
from tests.stack.object_server import ObjectServer
from tests.stack.topics import Topics
from tests.unit.producer_tools.report.documents import example_bytes


@pytest.fixture
def bucket(minio: ObjectServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A bucket with a recording, a result about it, and nothing else."""
    for name, value in minio.environment.items():
        monkeypatch.setenv(name, value)
    name = minio.new_bucket("report")
    call = hum(tmp_path / "call.wav", 2).read_bytes()
    minio.client().put_object(Bucket=name, Key="calls/a b#1.wav", Body=call)
    audio = json.loads(example_bytes("stored-result"))["audio"]
    stored = example_bytes(
        "stored-result",
        audio={**audio, "uri": f"s3://{name}/calls/a b#1.wav", "version_id": None},
    )
    minio.client().put_object(Bucket=name, Key="results/1.json", Body=stored)
    return name


def sound_of(page: Path) -> dict[str, Any]:
    data = json.loads(re.findall(r'(?s)id="job">(.*?)</script>', page.read_text("utf-8"))[0])
    sound: dict[str, Any] = data["sound"]
    return sound


@pytest.mark.s3
def test_a_small_recording_of_a_store_goes_into_the_page(bucket: str, tmp_path: Path) -> None:
    document = find(f"s3://{bucket}/results/1.json", None)

    page = make(document, Wish(output=tmp_path / "page.html", without_waveform=True))

    assert sound_of(page)["source"].startswith("data:audio/wav;base64,")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["call.wav", "page.html"]


@pytest.mark.s3
def test_a_large_recording_of_a_store_is_copied_beside_the_page(
    bucket: str, tmp_path: Path
) -> None:
    document = find(f"s3://{bucket}/results/1.json", None)
    wish = Wish(output=tmp_path / "page.html", without_waveform=True, embed_at_most_bytes=0)

    page = make(document, wish)

    assert sound_of(page)["source"] == "./page.audio.wav"
    assert (tmp_path / "page.audio.wav").read_bytes() == (tmp_path / "call.wav").read_bytes()


@pytest.mark.s3
def test_what_is_not_in_the_store_is_named(
    bucket: str, tmp_path: Path, minio: ObjectServer
) -> None:
    document = find(f"s3://{bucket}/results/1.json", None)
    minio.client().delete_object(Bucket=bucket, Key="calls/a b#1.wav")

    with pytest.raises(StoreUnreachable, match="name a copy with --audio, or leave it out"):
        make(document, Wish(output=tmp_path / "page.html"))
    with pytest.raises(NoResult, match="there is no such object"):
        find(f"s3://{bucket}/results/2.json", None)


@pytest.mark.kafka
@pytest.mark.s3
def test_a_job_is_found_by_its_name_and_its_answer_where_it_is_stored(
    kafka: KafkaCluster, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    topics = Topics.created(kafka, partitions=2)
    for name, value in topics.settings(kafka.bootstrap).items():
        monkeypatch.setenv(name, value)
    message = json.loads(example_bytes("result-succeeded-not-inline"))
    message["outputs"][0]["uri"] = f"s3://{bucket}/results/1.json"
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    for sent in (example_bytes("result-failed"), json.dumps(message).encode(), b"no result"):
        producer.produce(topics.results, sent, partition=1)
    assert producer.flush(30) == 0

    document = find("call-2026-11-22-0017", None)

    assert document.answer.status == "succeeded"
    assert document.answer.result is not None
    with pytest.raises(NoResult, match=r"no such file, and no such job in .*\.results"):
        find("another-job", None)
