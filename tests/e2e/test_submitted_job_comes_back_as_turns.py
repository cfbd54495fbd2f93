"""A recording is submitted, a worker process finds the turns, and others can read them.

`turnstream submit` uploads it to a real S3 server and writes the job to a real Kafka; the result is
read by kcat, its objects by plain boto3, and both by nothing but the standard library's JSON. The
trace of whoever submits goes through the worker's spans to whoever reads the result.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.e2e.command_line import turnstream
from tests.e2e.conftest import RECORDING_SECONDS
from tests.e2e.deployment import Deployment
from tests.e2e.foreign import Kcat, headers
from tests.e2e.worker_process import running
from tests.stack.collector import Collector, collecting
from tests.stack.kafka import KafkaCluster
from tests.stack.object_server import ObjectServer
from tests.stack.topics import Topics

pytestmark = [pytest.mark.kafka, pytest.mark.s3, pytest.mark.slow]

TRACE, ASKING = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
NOT_STORED = {
    "origin",
    "inline",
    "outputs",
    "reused",
    "metadata",
    "attempt",
    "worker",
    "completed_at",
    "timings",
}


@dataclass(frozen=True, slots=True)
class Stored:
    """An object that a result names: what the result says, what the store says, and its bytes."""

    said: Mapping[str, Any]
    etag: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Story:
    """One recording and what became of it: the only job, the only result, no dead letter."""

    recording: Path
    printed: str
    group: str
    job: Mapping[str, Any]
    message: Mapping[str, Any]
    dead_letters: list[Mapping[str, Any]]
    result: Mapping[str, Any]
    objects: Mapping[str, Stored]
    """By format."""
    spans: Mapping[str, Span]
    """By name: of the one job."""


@pytest.fixture(scope="module")
def deployment(kafka: KafkaCluster, object_server: ObjectServer) -> Deployment:
    bucket = object_server.new_bucket("story")
    return Deployment(
        bootstrap=kafka.bootstrap,
        topics=Topics.created(kafka, partitions=2),
        audio=(f"s3://{bucket}/in/",),
        output=(f"s3://{bucket}/out/",),
        store=object_server.environment,
    )


@pytest.fixture(scope="module")
def story(deployment: Deployment, object_server: ObjectServer, kcat: str, recording: Path) -> Story:
    foreign, topics = Kcat(kcat, deployment.bootstrap), deployment.topics
    printed = submitted(deployment, recording)
    with (
        collecting() as collector,
        running("worker", traced(deployment.worker_settings(), collector)) as worker,
    ):
        worker.wait_until(deployment.has_caught_up, 150)
        assert worker.stop() == 0
    (job,), (message,) = foreign.read(topics.jobs), foreign.read(topics.results)
    result = json.loads(message["payload"])
    return Story(
        recording=recording,
        printed=printed,
        group=deployment.group,
        job=job,
        message=message,
        dead_letters=foreign.read(topics.dead_letters),
        result=result,
        objects={output["format"]: stored(object_server, output) for output in result["outputs"]},
        spans={span.name: span for span in collector.spans},
    )


def traced(settings: Mapping[str, str], collector: Collector) -> Mapping[str, str]:
    """Settings of a worker that sends its spans there."""
    endpoint = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint}
    return {**settings, "TURNSTREAM_WORKER__TRACING": "otlp", **endpoint}


def stored(server: ObjectServer, said: Mapping[str, Any]) -> Stored:
    """What a plain client gets."""
    bucket, _, key = said["uri"].removeprefix("s3://").partition("/")
    answer = server.client().get_object(Bucket=bucket, Key=key)
    return Stored(said, answer["ETag"].strip('"'), answer["ContentType"], answer["Body"].read())


def submitted(deployment: Deployment, recording: Path) -> str:
    """What `turnstream submit` prints: the job's id."""
    options = ["--upload", deployment.audio[0], "--format", "rttm", "--metadata", "call=0017"]
    settings = deployment.client_settings | {"TRACEPARENT": f"00-{TRACE}-{ASKING}-01"}
    said = turnstream(settings, "submit", str(recording), *options)
    assert said.returncode == 0, said.stderr
    return said.stdout.strip()


def headers_span(message: Mapping[str, Any]) -> str:
    """Whose span a message says it comes from."""
    return headers(message)["traceparent"].split("-")[2]


def test_the_job_says_what_was_uploaded(story: Story) -> None:
    audio = json.loads(story.job["payload"])["audio"]

    assert audio["sha256"] == sha256(story.recording.read_bytes()).hexdigest()
    assert audio["size_bytes"] == story.recording.stat().st_size
    assert audio["duration_seconds"] == RECORDING_SECONDS
    assert headers(story.job)["x-audio-seconds"] == f"{RECORDING_SECONDS}.000"


def test_the_result_has_turns_within_the_recording(story: Story) -> None:
    result = story.result
    turns = result["result"]["diarization"]

    assert (result["status"], result["error"], result["inline"]) == ("succeeded", None, True)
    assert turns
    assert turns == sorted(turns, key=lambda turn: (turn["start"], turn["end"], turn["speaker"]))
    assert all(0 <= turn["start"] < turn["end"] <= RECORDING_SECONDS for turn in turns)
    assert result["audio"]["duration_seconds"] == RECORDING_SECONDS
    assert result["audio"]["sha256"] == sha256(story.recording.read_bytes()).hexdigest()


def test_the_result_says_which_job_it_answers(story: Story) -> None:
    origin = story.result["origin"]

    assert story.result["job_id"] == story.printed == story.message["key"]
    assert story.result["metadata"] == {"call": "0017"}
    assert origin["group"] == story.group
    assert [origin[name] for name in ("topic", "partition", "offset")] == [
        story.job[name] for name in ("topic", "partition", "offset")
    ]


def test_the_headers_are_those_of_the_contract(story: Story) -> None:
    origin = story.result["origin"]
    span = story.spans[f"process {origin['topic']}"].span_id.hex()

    assert headers(story.message) == {
        "traceparent": f"00-{TRACE}-{span}-01",
        "content-type": "application/json",
        "x-job-id": story.printed,
        "x-operation": "diarize",
        "x-status": "succeeded",
        "x-origin-topic": origin["topic"],
        "x-origin-partition": str(origin["partition"]),
        "x-origin-offset": str(origin["offset"]),
    }


def test_the_objects_are_what_the_result_says_they_are(story: Story) -> None:
    assert set(story.objects) == {"json", "rttm"}
    for stored in story.objects.values():
        assert stored.said["etag"] == stored.etag
        assert stored.said["sha256"] == sha256(stored.content).hexdigest()
        assert stored.said["size_bytes"] == len(stored.content)


def test_the_stored_result_is_the_message_without_its_delivery(story: Story) -> None:
    stored = story.objects["json"]
    document = json.loads(stored.content)

    fingerprint = document.pop("fingerprint")
    assert stored.content_type == "application/json"
    assert stored.said["uri"].endswith(f"/out/{story.printed}/{fingerprint}.json")
    assert document == {
        name: value for name, value in story.result.items() if name not in NOT_STORED
    }


def test_the_rttm_has_the_same_turns(story: Story) -> None:
    lines = [line.split() for line in story.objects["rttm"].content.decode().splitlines()]
    turns = story.result["result"]["diarization"]

    assert [(line[1], line[3], line[4], line[7]) for line in lines] == [
        (story.printed, f"{t['start']:.3f}", f"{t['end'] - t['start']:.3f}", t["speaker"])
        for t in turns
    ]


def test_the_spans_lead_from_who_asked_to_who_reads(story: Story) -> None:
    origin, timings = story.result["origin"], story.result["timings"]
    job = story.spans[f"process {origin['topic']}"]
    publication = f"send {story.message['topic']}"

    stages = {name: span for name, span in story.spans.items() if span is not job}
    assert stages.keys() == {*timings, publication} - {"queued"}
    assert job.parent_span_id.hex() == headers_span(story.job) == ASKING
    assert {span.parent_span_id for span in stages.values()} == {job.span_id}
    assert {span.trace_id.hex() for span in story.spans.values()} == {TRACE}
    for name, span in stages.items():
        assert job.start_time_unix_nano <= span.start_time_unix_nano, name
        assert span.end_time_unix_nano <= job.end_time_unix_nano, name
        if name != publication:
            took = (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9
            assert took == pytest.approx(timings[name], abs=0.001), name


def test_nothing_is_among_the_dead_letters(story: Story) -> None:
    assert story.dead_letters == []
