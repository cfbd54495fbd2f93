"""The examples write the golden job, read the golden results, and lose nothing when they die."""

import json
from pathlib import Path

import pytest
from confluent_kafka import Producer
from jsonschema import Draft202012Validator

from schemas.codec import decode_job
from tests.e2e.clients.programs import Programs
from tests.stack.kafka import KafkaCluster
from tests.stack.messages import Entry, lag, read, write

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]

SCHEMAS = Path(__file__).parents[3] / "schemas"
GOLDEN = SCHEMAS / "examples"
JOB = json.loads((GOLDEN / "job-full.json").read_text("utf-8"))
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
DEADLINE = "the deadline 2026-11-22T10:15:00.000Z passed before the device was reached"
UNREADABLE = "the message: is not JSON: Expecting value at line 1, column 1"
MISSING = "no such object: s3://calls/2026/11/22/0017 #2+ü.flac"
STORED = "s3://results/calls/call-2026-11-22-0017/396a32ce979e4e6b.json"
ENDINGS = {
    "embed": "120456 call-2026-11-22-0017-voices succeeded embed",
    "expired": f"120458 call-2026-11-22-0017 expired deadline_passed (final): {DEADLINE}",
    "failed-unreadable-job": f"120457 - failed invalid_job (final): {UNREADABLE}",
    "failed": f"120456 call-2026-11-22-0017 failed audio_not_found (final): {MISSING}",
    "from-a-later-version": "120455 call-2026-11-22-0017 succeeded turns=3",
    "succeeded-inline": "120455 call-2026-11-22-0017 succeeded turns=3",
    "succeeded-not-inline": f"120455 call-2026-11-22-0017 succeeded in {STORED}",
    "succeeded-reused": "120460 call-2026-11-22-0017 succeeded turns=3",
}
LINES = [f"turnstream.jobs/3/{ending}" for ending in ENDINGS.values()]


def golden(name: str) -> bytes:
    return (GOLDEN / f"result-{name}.json").read_bytes()


def test_the_job_is_the_golden_one(programs: Programs, kafka: KafkaCluster) -> None:
    topic = kafka.new_topic("jobs", partitions=3)
    settings = {
        "TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS": kafka.bootstrap,
        "TURNSTREAM_KAFKA__JOBS_TOPIC": topic,
    }
    audio = JOB["audio"]
    known = [JOB["job_id"], audio["uri"], str(audio["duration_seconds"])]

    full = programs.submit({**settings, "TRACEPARENT": TRACE}, *known)
    (entry,) = read(kafka.bootstrap, topic)
    least = programs.submit(settings, "call-0001", audio["uri"])
    bare = next(each for each in read(kafka.bootstrap, topic) if each.key == b"call-0001")

    assert full.startswith(f"{topic}/")
    assert least.startswith(f"{topic}/")
    assert entry.key == JOB["job_id"].encode()
    assert dict(entry.headers) == {"x-audio-seconds": b"1834.200", "traceparent": TRACE.encode()}
    assert bare.headers == ()
    schema = json.loads((SCHEMAS / "json" / "job.schema.json").read_text("utf-8"))
    for value in (entry.value or b"", bare.value or b""):
        Draft202012Validator(schema).validate(json.loads(value))
        assert decode_job(value).submitted_at is not None
    document = json.loads(entry.value or b"")
    assert document.pop("metadata") == {"sender": programs.language}
    del document["submitted_at"]
    assert document == {
        **{name: JOB[name] for name in ("schema_version", "job_id", "operation")},
        "audio": {name: audio[name] for name in ("uri", "duration_seconds")},
    }


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
    writer.produce(topic, golden("failed"))
    writer.flush()
    writer.abort_transaction()
    writer.begin_transaction()
    for name in ENDINGS:
        writer.produce(topic, golden(name))
    writer.commit_transaction()

    first = programs.read(settings, f"readers-of-{topic}", len(LINES))
    writer.begin_transaction()
    writer.produce(topic, golden("expired"))
    writer.commit_transaction()
    second = programs.read(settings, f"readers-of-{topic}", 1)

    assert first == LINES
    assert second == [LINES[1]]


def test_a_reader_that_is_killed_has_committed_nothing_it_did_not_handle(
    programs: Programs, kafka: KafkaCluster
) -> None:
    topic, count = kafka.new_topic("results"), 3000
    group = f"readers-of-{topic}"
    settings = {
        "TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS": kafka.bootstrap,
        "TURNSTREAM_KAFKA__RESULTS_TOPIC": topic,
    }
    result = json.loads(golden("failed"))
    numbered = [{**result, "job_id": f"call-{number}"} for number in range(count)]
    write(kafka.bootstrap, topic, [Entry(None, json.dumps(each).encode()) for each in numbered])

    with programs.reading(settings, group) as reader:
        handled = [*reader.lines(1), *reader.kill()]  # a full pipe holds it up in the middle
    not_committed = lag(kafka.bootstrap, topic, group)

    assert [line.split()[1] for line in handled] == [f"call-{n}" for n in range(len(handled))]
    assert len(handled) < count
    assert not_committed is not None
    assert not_committed >= count - len(handled)
