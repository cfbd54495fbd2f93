"""The examples write the golden job, read the golden results, and lose nothing when they die."""

import json

import pytest
from confluent_kafka import Producer
from jsonschema import Draft202012Validator

from schemas.codec import decode_job
from tests.e2e.clients import golden
from tests.e2e.clients.programs import Programs
from tests.stack.kafka import KafkaCluster
from tests.stack.messages import Entry, lag, read, write

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

JOB = json.loads(golden.job())
SCHEMA = json.loads((golden.SCHEMAS / "json" / "job.schema.json").read_text("utf-8"))
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def sent(programs: Programs, kafka: KafkaCluster, trace: str, *arguments: str) -> Entry:
    """The message of a job, which a worker would accept, from where the program says it stands."""
    topic = kafka.new_topic("jobs")
    settings = {
        "TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS": kafka.bootstrap,
        "TURNSTREAM_KAFKA__JOBS_TOPIC": topic,
        "TRACEPARENT": trace,
    }
    assert programs.submit(settings, *arguments) == f"{topic}/0/0"
    (entry,) = read(kafka.bootstrap, topic)
    Draft202012Validator(SCHEMA).validate(json.loads(entry.value or b""))
    assert decode_job(entry.value or b"").submitted_at is not None
    return entry


def test_the_job_is_the_golden_one(programs: Programs, kafka: KafkaCluster) -> None:
    audio = {name: JOB["audio"][name] for name in ("uri", "duration_seconds")}

    entry = sent(
        programs, kafka, TRACE, JOB["job_id"], audio["uri"], str(audio["duration_seconds"])
    )

    assert entry.key == JOB["job_id"].encode()
    assert dict(entry.headers) == {"x-audio-seconds": b"1834.200", "traceparent": TRACE.encode()}
    document = json.loads(entry.value or b"")
    assert document.pop("metadata") == {"sender": programs.language}
    del document["submitted_at"]
    named = {name: JOB[name] for name in ("schema_version", "job_id", "operation")}
    assert document == {**named, "audio": audio}


def test_what_is_not_known_is_left_out(programs: Programs, kafka: KafkaCluster) -> None:
    entry = sent(programs, kafka, "", "call-0001", "s3://calls/2026/11/22/0001.flac")

    assert entry.headers == ()
    assert json.loads(entry.value or b"")["audio"] == {"uri": "s3://calls/2026/11/22/0001.flac"}


def test_every_golden_result_is_read_once_and_no_aborted_one(
    programs: Programs, kafka: KafkaCluster
) -> None:
    topic = kafka.new_topic("results")
    settings = {
        "TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS": kafka.bootstrap,
        "TURNSTREAM_KAFKA__RESULTS_TOPIC": topic,
    }
    writer = Producer({"bootstrap.servers": kafka.bootstrap, "transactional.id": f"of-{topic}"})
    writer.init_transactions()
    writer.begin_transaction()
    writer.produce(topic, golden.result("failed"))
    writer.flush()
    writer.abort_transaction()
    writer.begin_transaction()
    for name in golden.names():
        writer.produce(topic, golden.result(name))
    writer.commit_transaction()

    first = programs.read(settings, f"readers-of-{topic}", len(golden.LINES))
    writer.begin_transaction()
    writer.produce(topic, golden.result("expired"))
    writer.commit_transaction()
    second = programs.read(settings, f"readers-of-{topic}", 1)

    assert first == [golden.LINES[name] for name in golden.names()]
    assert second == [golden.LINES["expired"]]


def test_a_reader_that_is_killed_has_committed_nothing_it_did_not_handle(
    programs: Programs, kafka: KafkaCluster
) -> None:
    topic, count = kafka.new_topic("results"), 3000
    group = f"readers-of-{topic}"
    settings = {
        "TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS": kafka.bootstrap,
        "TURNSTREAM_KAFKA__RESULTS_TOPIC": topic,
    }
    result = json.loads(golden.result("failed"))
    numbered = [{**result, "job_id": f"call-{number}"} for number in range(count)]
    write(kafka.bootstrap, topic, [Entry(None, json.dumps(each).encode()) for each in numbered])

    with programs.reading(settings, group) as reader:
        handled = [*reader.lines(1), *reader.kill()]  # a full pipe holds it up in the middle
    not_committed = lag(kafka.bootstrap, topic, group)

    assert [line.split()[1] for line in handled] == [f"call-{n}" for n in range(len(handled))]
    assert len(handled) < count
    assert not_committed is not None
    assert not_committed >= count - len(handled)
