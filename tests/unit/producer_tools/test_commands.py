"""Whether the command line answers with the sentences and exit codes it promises."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from producer_tools.__main__ import app
from producer_tools.exits import WrongUsage
from producer_tools.kafka.connection import kafka_connection
from schemas.export import DIRECTORY
from tests.unit.producer_tools.test_audio_header import wav


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS", "TURNSTREAM_UPLOAD_URI"):
        monkeypatch.delenv(name, raising=False)


def run(*arguments: str) -> tuple[int, str]:
    """The exit code, and everything that was printed."""
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, " ".join(result.output.split())


@pytest.mark.parametrize(
    "command", ["submit", "tail", "verify", "lag", "redrive", "topics", "schema", "load", "report"]
)
def test_help_names_every_command(command: str) -> None:
    code, text = run("--help")

    assert code == 0
    assert f" {command} " in text
    assert "2 wrong usage; 3 broker or object store unreachable; 4 timed out" in text


@pytest.mark.parametrize("message", ["job", "result", "stored_result"])
def test_schema_prints_what_is_released(message: str) -> None:
    result = CliRunner().invoke(app, ["schema", message])

    assert result.exit_code == 0
    assert result.output == (DIRECTORY / f"{message}.schema.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["submit", "missing.wav"], "no broker is named"),
        (["tail"], "no broker is named"),
        (["topics", "check"], "no broker is named"),
        (["submit", "missing.wav", "--bootstrap", "h:1"], "missing.wav: there is no such file"),
        (["submit", "s3://b", "--bootstrap", "h:1"], "s3://b: must name a bucket"),
        (["submit", "s3://calls/x", "--min", "3", "--max", "2", "--bootstrap", "h:1"], "max_spea"),
        (["submit", "s3://calls/x", "--metadata", "x", "--bootstrap", "h:1"], "write key=value"),
        (["submit", "s3://calls/x", "--range", "9-1", "--bootstrap", "h:1"], "like 12.5-30"),
        (["submit", "s3://calls/x", "--range", "1-9", "--bootstrap", "h:1"], "params.ranges"),
        (["submit", "s3://calls/x", "--deadline", "x", "--bootstrap", "h:1"], "write a span"),
        (["submit", "s3://b1c/x", "s3://b1c/y", "--job-id", "a", "--bootstrap", "h:1"], "one job"),
        (
            ["report", "call-1"],
            "call-1: there is no such file; to find a job of that name, no broker",
        ),
        (["report", "https://h/x"], "must begin with s3:// or file://"),
        (["report", "."], "cannot be read (Is a directory)"),
        (["submit"], "Missing argument"),
        (["schema", "nothing"], "nothing"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(arguments: list[str], sentence: str) -> None:
    code, text = run(*arguments)

    assert code == 2
    assert sentence in text
    assert "Traceback" not in text


def test_a_local_file_needs_a_place_to_go(tmp_path: Path) -> None:
    call = tmp_path / "call.wav"
    call.write_bytes(wav(16))

    code, text = run("submit", str(call), "--bootstrap", "h:1")

    assert code == 2
    assert "--upload s3://bucket/prefix/" in text


def test_settings_are_read_as_workers_read_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS", "kafka:9092")
    monkeypatch.setenv("TURNSTREAM_KAFKA__JOBS_TOPIC", "my.jobs")
    monkeypatch.setenv("TURNSTREAM_KAFKA__GROUP_ID", "of the workers alone")
    monkeypatch.setenv("TURNSTREAM_KAFKA__PROPERTIES", '{"security.protocol": "SSL"}')
    monkeypatch.setenv("TURNSTREAM_KAFKA__PROPERTIES__SASL_USERNAME", "me")

    connection = kafka_connection(None)

    assert (connection.bootstrap_servers, connection.jobs_topic) == ("kafka:9092", "my.jobs")
    assert connection.properties == {"security.protocol": "SSL", "sasl.username": "me"}
    assert kafka_connection("other:1").bootstrap_servers == "other:1"


def test_a_setting_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TURNSTREAM_KAFKA__PROPERTIES", "security.protocol=SSL")

    with pytest.raises(WrongUsage, match="TURNSTREAM_KAFKA__PROPERTIES: is not a JSON"):
        kafka_connection("h:1")
