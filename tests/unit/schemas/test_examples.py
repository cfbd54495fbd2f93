"""The golden messages that other languages can test against."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import schemas
from schemas.codec import (
    SchemaError,
    decode_job,
    decode_result,
    decode_stored,
    encode_job,
    encode_result,
    encode_stored,
)
from schemas.dead_letter import DeadLetter
from schemas.diarization import DiarizationResult
from schemas.export import exported
from schemas.identity import fingerprint
from schemas.rttm import rttm

EXAMPLES = Path(schemas.__path__[0]) / "examples"
INVALID = json.loads((EXAMPLES / "invalid/index.json").read_text("utf-8"))
VALIDATORS = {
    name.split(".", 1)[0]: Draft202012Validator(json.loads(text))
    for name, text in exported().items()
}


def example(name: str) -> bytes:
    return (EXAMPLES / name).read_bytes()


def named(pattern: str) -> list[str]:
    return sorted(path.name for path in EXAMPLES.glob(pattern))


@pytest.mark.parametrize("name", named("job-*.json"))
def test_a_job_is_valid_by_schema_and_by_codec(name: str) -> None:
    VALIDATORS["job"].validate(json.loads(example(name)))

    job = decode_job(example(name))
    VALIDATORS["job"].validate(json.loads(encode_job(job)))


@pytest.mark.parametrize("name", named("result-*.json"))
def test_a_result_is_valid_by_schema_and_by_codec(name: str) -> None:
    document = json.loads(example(name))

    VALIDATORS["result"].validate(document)
    assert json.loads(encode_result(decode_result(example(name)))) == document


def test_there_is_a_result_of_every_kind() -> None:
    results = [decode_result(example(name)) for name in named("result-*.json")]

    assert {result.status for result in results} == {"succeeded", "failed", "expired"}
    succeeded = [result for result in results if result.status == "succeeded"]
    assert {(result.inline, result.reused) for result in succeeded} == {
        (True, False),
        (False, False),
        (True, True),
    }
    assert any(result.job_id is None for result in results)


def test_the_stored_object_is_canonical_to_the_byte() -> None:
    raw = example("stored-result.json")

    VALIDATORS["stored_result"].validate(json.loads(raw))
    assert encode_stored(decode_stored(raw)) == raw


def test_the_stored_object_has_the_fingerprint_of_its_job() -> None:
    stored, job = decode_stored(example("stored-result.json")), decode_job(example("job-full.json"))

    assert stored.fingerprint == fingerprint(
        operation=job.operation,
        audio=stored.audio,
        params=job.params,
        model=stored.model,
        engine_version=stored.engine_version,
        recompute_id=job.recompute_id,
    )


def test_the_rttm_is_derived_from_the_stored_object() -> None:
    stored = decode_stored(example("stored-result.json"))

    assert isinstance(stored.result, DiarizationResult)
    assert rttm(stored.job_id, stored.result.diarization).encode() == example("stored-result.rttm")


def test_the_results_name_the_stored_objects_with_their_hashes() -> None:
    files = {"json": example("stored-result.json"), "rttm": example("stored-result.rttm")}
    stored = decode_stored(files["json"])

    for name in named("result-succeeded-*.json"):
        for output in decode_result(example(name)).outputs:
            data = files[output.format]
            assert (output.sha256, output.size_bytes) == (sha256(data).hexdigest(), len(data))
            assert output.uri.key.endswith(f"{stored.job_id}/{stored.fingerprint}.{output.format}")


def test_the_message_carries_what_is_stored() -> None:
    stored = json.loads(example("stored-result.json"))
    del stored["fingerprint"]

    for name in ("result-succeeded-inline.json", "result-succeeded-reused.json"):
        assert stored.items() <= json.loads(example(name)).items()


def test_the_dead_letter_belongs_to_the_failed_result() -> None:
    given, result = (
        json.loads(example("dead-letter.json")),
        json.loads(example("result-failed.json")),
    )
    headers = tuple((name, value.encode()) for name, value in given["headers"])
    letter = DeadLetter(given["key"].encode(), given["value"].encode(), headers)
    failure = letter.failure

    assert (failure.code, failure.message) == (result["error"]["code"], result["error"]["message"])
    assert failure.position == decode_result(example("result-failed.json")).origin.position
    assert decode_job(letter.value) == decode_job(example("job-full.json"))
    remade = DeadLetter.of(letter.key, letter.value, letter.original_headers, failure, 100_000)
    assert remade == letter


@pytest.mark.parametrize("case", INVALID, ids=[case["file"] for case in INVALID])
def test_an_invalid_job_is_named_by_path(case: dict[str, Any]) -> None:
    with pytest.raises(SchemaError) as caught:
        decode_job(example(f"invalid/{case['file']}"))

    assert caught.value.path == case["path"]
    assert (caught.value.job_id, caught.value.operation) == (case["job_id"], case["operation"])
    assert caught.value.problem


@pytest.mark.parametrize("case", INVALID, ids=[case["file"] for case in INVALID])
def test_the_index_says_which_of_them_the_json_schema_catches(case: dict[str, Any]) -> None:
    try:
        document = json.loads(example(f"invalid/{case['file']}").decode())
    except ValueError:
        assert not case["caught_by_json_schema"]
        return

    assert VALIDATORS["job"].is_valid(document) is not case["caught_by_json_schema"]


def test_every_invalid_job_is_in_the_index() -> None:
    files = {path.name for path in (EXAMPLES / "invalid").iterdir()} - {"index.json"}

    assert files == {case["file"] for case in INVALID}
    assert {case["code"] for case in INVALID} == {"invalid_job"}
