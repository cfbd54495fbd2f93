"""Whether jobs arrive and answers are seen, on a simulated and on a real broker."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Message, TopicPartition

from producer_tools.demo import mock_broker
from tests.integration.producer_tools.command import command, environment
from tests.integration.producer_tools.responder import answering
from tests.stack.kafka import KafkaCluster
from tests.stack.topics import Topics
from tests.unit.producer_tools.test_audio_header import wav


@pytest.fixture
def topics() -> Topics:
    """Names of the test's own."""
    return Topics.new()


@pytest.fixture
def simulated(topics: Topics) -> Iterator[str]:
    """A simulated broker with these topics."""
    with mock_broker.running(dict.fromkeys(topics, 2)) as bootstrap:
        yield bootstrap


@pytest.fixture
def real(kafka: KafkaCluster, topics: Topics) -> str:
    """A real broker with these topics."""
    topics.create(kafka, partitions=2)
    return kafka.bootstrap


@pytest.fixture(params=["simulated", pytest.param("real", marks=pytest.mark.kafka)])
def settings(
    request: pytest.FixtureRequest, topics: Topics, tmp_path: Path
) -> Iterator[dict[str, str]]:
    """Settings for each broker in turn, where a script answers jobs."""
    bootstrap: str = request.getfixturevalue(request.param)
    with answering(bootstrap, topics):
        yield environment(bootstrap, topics, tmp_path / "store")


@pytest.fixture
def call(tmp_path: Path) -> Path:
    """One second of silence."""
    path = tmp_path / "call.wav"
    path.write_bytes(wav(16_000))
    return path


def test_a_file_goes_in_and_its_answer_is_waited_for(
    settings: dict[str, str], call: Path, tmp_path: Path
) -> None:
    ended = command(settings)(
        "submit", str(call), "--wait", "--timeout", "30", "--job-id", "call-1"
    )

    assert ended.returncode == 0, ended.stderr
    job_id, line = ended.stdout.splitlines()
    assert job_id == "call-1"
    assert "succeeded   call-1" in line
    assert "2 speakers, 2 turns, 1.0 s of audio, s3://results/call-1/0.json" in line
    (copy,) = (tmp_path / "store").glob("*/call.wav")
    assert copy.read_bytes() == call.read_bytes()


def test_the_exit_code_says_that_a_job_failed(settings: dict[str, str], call: Path) -> None:
    ended = command(settings)(
        "submit", str(call), "s3://calls/x.wav", "--model", "broken", "--wait", "--timeout", "30"
    )

    assert ended.returncode == 1, ended.stderr
    assert ended.stdout.count("audio_undecodable: the script says so") == 2


def test_the_message_says_all_that_is_known_of_the_audio_and_whose_trace_it_is(
    settings: dict[str, str], call: Path
) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    run = command(settings | {"TRACEPARENT": trace})
    run("submit", str(call), "--job-id", "call-1", "--max", "3")

    message = only_message(settings)

    job = json.loads(message.value() or b"")
    assert message.key() == b"call-1"
    assert message.headers() == [("traceparent", trace.encode()), ("x-audio-seconds", b"1.000")]
    assert job["audio"]["duration_seconds"] == 1.0
    assert job["audio"]["size_bytes"] == call.stat().st_size
    assert job["params"] == {"max_speakers": 3}


def test_tail_shows_results_and_dead_letters(settings: dict[str, str]) -> None:
    run = command(settings)
    run("submit", "s3://calls/x.wav", "--job-id", "x", "--model", "broken", "--wait")

    text = run("tail", "--from-beginning", "--max", "2")
    letters = run("tail", "--from-beginning", "--dead-letters", "--json", "--max", "1")

    assert text.returncode == 0, text.stderr
    assert "failed      x " in text.stdout
    assert "letter      x " in text.stdout
    letter = json.loads(letters.stdout)
    assert letter["kind"] == "dead_letter"
    assert letter["headers"]["x-error-code"] == "audio_undecodable"
    assert json.loads(letter["value"])["job_id"] == "x"


def test_nobody_answering_is_exit_code_4(settings: dict[str, str]) -> None:
    unanswered = settings["TURNSTREAM_KAFKA__RESULTS_TOPIC"]

    ended = command(settings | {"TURNSTREAM_KAFKA__JOBS_TOPIC": unanswered})(
        "submit", "s3://calls/x.wav", "--job-id", "x", "--wait", "--timeout", "0.5"
    )

    assert ended.returncode == 4
    assert ended.stderr.strip() == "turnstream: no result within 0.5 s for x"


def test_a_missing_topic_is_named(settings: dict[str, str]) -> None:
    ended = command(settings | {"TURNSTREAM_KAFKA__JOBS_TOPIC": "nowhere"})(
        "submit", "s3://calls/x.wav"
    )

    assert ended.returncode == 3
    assert "there is no topic nowhere: run `turnstream topics create`" in ended.stderr


def test_no_broker_is_exit_code_3_and_nothing_is_uploaded(call: Path, tmp_path: Path) -> None:
    nowhere = environment("127.0.0.1:1", Topics.new(), tmp_path / "store")

    ended = command(nowhere)("submit", str(call))

    assert ended.returncode == 3
    assert ended.stderr.startswith("turnstream: no Kafka broker answers at 127.0.0.1:1 (Connect")
    assert not (tmp_path / "store").exists()


def test_a_librdkafka_property_that_does_not_exist_is_named(tmp_path: Path) -> None:
    wrong = {"TURNSTREAM_KAFKA__PROPERTIES": '{"security.protokol": "SSL"}'}

    ended = command(environment("127.0.0.1:1", Topics.new(), tmp_path) | wrong)("tail")

    assert ended.returncode == 2
    assert 'No such configuration property: "security.protokol"' in ended.stderr


def only_message(settings: dict[str, str]) -> Message:
    """The one job that was sent."""
    consumer = Consumer(
        {
            "bootstrap.servers": settings["TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS"],
            "group.id": "reader",
            "log_level": 0,
        }
    )
    topic = settings["TURNSTREAM_KAFKA__JOBS_TOPIC"]
    consumer.assign([TopicPartition(topic, number, 0) for number in range(2)])
    message = consumer.poll(20.0)
    consumer.close()
    assert message is not None
    return message


@pytest.mark.parametrize("trace", ["", "00-1", "caf\udce9"])
def test_a_trace_that_is_none_is_left_out(
    simulated: str, topics: Topics, trace: str, tmp_path: Path
) -> None:
    settings = environment(simulated, topics, tmp_path)

    ended = command(settings | {"TRACEPARENT": trace})("submit", "s3://calls/x.wav")

    assert ended.returncode == 0, ended.stderr
    assert only_message(settings).headers() is None
