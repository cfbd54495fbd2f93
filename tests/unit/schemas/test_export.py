"""The exported JSON Schemas: what people who never install this package build on."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from schemas import export

SCHEMAS = {name: json.loads(text) for name, text in export.exported().items()}


def fields(node: object, inside_condition: bool = False) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every declared field of a schema; conditions only repeat them."""
    if isinstance(node, list):
        for item in node:
            yield from fields(item, inside_condition)
    if isinstance(node, dict):
        if not inside_condition:
            yield from node.get("properties", {}).items()
        for keyword, child in node.items():
            yield from fields(child, inside_condition or keyword in {"if", "then"})


def test_the_files_are_what_the_models_say() -> None:
    assert export.outdated(export.DIRECTORY) == [], "run python -m schemas.export"


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_is_valid_2020_12_with_a_name_of_its_own(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].startswith("urn:turnstream:")


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_every_field_is_described(schema: dict[str, Any]) -> None:
    assert [name for name, field in fields(schema) if not field.get("description")] == []


def test_a_job_is_closed_and_what_readers_get_is_open() -> None:
    assert SCHEMAS["job.schema.json"]["additionalProperties"] is False
    for name in ("result.schema.json", "stored_result.schema.json"):
        assert '"additionalProperties": false' not in export.exported()[name]


def test_readers_are_promised_every_field() -> None:
    for name in ("result.schema.json", "stored_result.schema.json"):
        assert SCHEMAS[name]["required"] == list(SCHEMAS[name]["properties"])


def test_status_is_closed_for_readers_and_codes_are_plain_words() -> None:
    result = SCHEMAS["result.schema.json"]

    assert result["properties"]["status"]["enum"] == [
        "succeeded",
        "failed",
        "expired",
        "cancelled",
    ]
    assert "enum" not in result["$defs"]["ResultError"]["properties"]["code"]
    assert "enum" not in result["$defs"]["Output"]["properties"]["format"]


@pytest.mark.parametrize(
    ("operation", "format_name", "is_allowed"),
    [
        ("diarize", "json", True),
        ("diarize", "rttm", True),
        ("diarize", "txt", False),
        ("embed", "json", True),
        ("embed", "rttm", False),
        ("transcribe", "txt", True),
        ("transcribe", "../txt", False),
    ],
)
def test_a_job_asks_for_formats_of_its_operation_and_others_bring_their_own(
    operation: str, format_name: str, is_allowed: bool
) -> None:
    audio = {"uri": "s3://calls/1.flac"}
    job = {"job_id": "call-1", "operation": operation, "audio": audio}
    validator = Draft202012Validator(SCHEMAS["job.schema.json"])

    assert validator.is_valid(job | {"output": {"formats": [format_name]}}) == is_allowed
    assert validator.is_valid(job | {"output": {"formats": None}})
    assert validator.is_valid(job | {"output": None})


def test_drift_is_named_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(export, "DIRECTORY", tmp_path)

    assert export.main(["--check"]) == 1
    assert "job.schema.json is not what the models say" in capsys.readouterr().out
    assert export.main([]) == 0
    assert export.main(["--check"]) == 0
    (tmp_path / "job.schema.json").write_text("{}", "utf-8")
    assert export.outdated(tmp_path) == ["job.schema.json"]


def test_wrong_usage_is_told_apart_from_drift(capsys: pytest.CaptureFixture[str]) -> None:
    assert export.main(["--chekc"]) == 2
    assert "usage" in capsys.readouterr().err
