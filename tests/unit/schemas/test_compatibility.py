"""What was released is never taken back; and the check of that is itself checked."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from schemas.export import DIRECTORY, exported
from tests.unit.schemas.compatibility import breaks

RELEASED = sorted((DIRECTORY / "released").glob("*/*.schema.json"))
JOB = json.loads(exported()["job.schema.json"])
RESULT = json.loads(exported()["result.schema.json"])

Edit = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_released_is_taken_back(path: Path) -> None:
    assert breaks(json.loads(path.read_text("utf-8")), json.loads(exported()[path.name])) == []


def test_every_schema_of_every_release_is_there() -> None:
    releases = {path.parent for path in RELEASED}

    assert releases
    assert len(RELEASED) == len(releases) * len(exported())


def changed(schema: dict[str, Any], edit: Edit) -> dict[str, Any]:
    copy = deepcopy(schema)
    edit(copy)
    return copy


def formats_of(job: dict[str, Any]) -> dict[str, Any]:
    """What a diarize job may ask for."""
    asked = job["allOf"][0]["then"]["properties"]["output"]
    items: dict[str, Any] = asked["properties"]["formats"]["items"]
    return items


def opened(words: dict[str, Any], pattern: str) -> None:
    del words["enum"]
    words["pattern"] = pattern


PLANTED: list[tuple[dict[str, Any], Edit, str]] = [
    (JOB, lambda job: job["properties"].pop("deadline"), "deadline: is removed"),
    (JOB, lambda job: job["required"].append("model"), "model: is newly required"),
    (JOB, lambda job: job["required"].remove("audio"), "audio: is no longer promised"),
    (
        JOB,
        lambda job: job["$defs"]["AudioReference"]["properties"].pop("etag"),
        "audio.etag: is removed",
    ),
    (
        JOB,
        lambda job: job["properties"]["job_id"].update(type="integer"),
        "job_id: is re-typed (type)",
    ),
    (
        JOB,
        lambda job: job["properties"]["job_id"].update(pattern="^x$"),
        "job_id: is re-typed (pattern)",
    ),
    (
        JOB,
        lambda job: job["properties"]["model"]["anyOf"].pop(),
        "model: is re-typed",
    ),
    (
        JOB,
        lambda job: job["$defs"]["DiarizeParams"]["properties"].pop("max_speakers"),
        "params.max_speakers: is removed",
    ),
    (
        JOB,
        lambda job: formats_of(job)["enum"].remove("rttm"),
        "output.formats: allows other words",
    ),
    (
        JOB,
        lambda job: opened(formats_of(job), "^[a-z]{1,3}$"),
        "output.formats: allows other words",
    ),
    (
        RESULT,
        lambda result: opened(result["properties"]["status"], "^[a-z]+$"),
        "status: allows other words",
    ),
    (
        RESULT,
        lambda result: result["properties"]["status"]["enum"].append("partial"),
        "status: allows other words",
    ),
    (
        RESULT,
        lambda result: result["$defs"]["Turn"]["properties"]["start"].update(type="string"),
        "result.diarization: is re-typed (type)",
    ),
    (
        RESULT,
        lambda result: result["$defs"]["Turn"]["required"].append("score"),
        "result.diarization.score: is newly required",
    ),
    (RESULT, lambda result: result.update({"$id": "urn:x"}), ": is re-typed ($id)"),
]


@pytest.mark.parametrize(("schema", "edit", "problem"), PLANTED)
def test_a_break_is_found(schema: dict[str, Any], edit: Edit, problem: str) -> None:
    found = breaks(schema, changed(schema, edit))

    assert any(problem.split(":")[0] in one and problem.split(":")[1] in one for one in found)


HARMLESS: list[tuple[dict[str, Any], Edit]] = [
    (JOB, lambda job: job["properties"].update(priority={"type": ["integer", "null"]})),
    (JOB, lambda job: job["properties"]["model"].update(description="Another sentence.")),
    (JOB, lambda job: job["allOf"].append({"if": {}, "then": {}})),
    (
        JOB,
        lambda job: formats_of(job)["enum"].append("vtt"),
    ),
    (JOB, lambda job: opened(formats_of(job), "^[a-z]{1,4}$")),
    (RESULT, lambda result: result["$defs"]["Turn"]["properties"].update(score={})),
]


@pytest.mark.parametrize(("schema", "edit"), HARMLESS)
def test_an_addition_is_no_break(schema: dict[str, Any], edit: Edit) -> None:
    assert breaks(schema, changed(schema, edit)) == []
