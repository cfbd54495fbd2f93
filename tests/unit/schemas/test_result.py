"""Results: what must hold of each status, and how they cross the wire."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.codec import (
    SchemaError,
    decode_result,
    decode_stored,
    encode_result,
    encode_stored,
)
from schemas.codes import ErrorCode, WarningCode
from schemas.diarization import DiarizationResult
from schemas.publishing import Delivery, announcement
from schemas.result import Result, StoredResult
from schemas.result_parts import (
    Origin,
    ResultError,
    ResultWarning,
    Timings,
)
from tests.unit.schemas.strategies import (
    deliveries,
    failures,
    names,
    quick,
    results,
    stored_results,
)

FAILED: dict[str, Any] = {
    "status": "failed",
    "origin": Origin(group="g", topic="jobs", partition=3, offset=17),
    "error": ResultError.of(ErrorCode.INVALID_JOB, "no"),
    "attempt": 1,
    "worker": "worker-0",
    "completed_at": datetime(2026, 11, 22, tzinfo=UTC),
}


def objects_in(node: object) -> Iterator[dict[str, Any]]:
    """Every JSON object of a document whose members the contract names."""
    if isinstance(node, dict):
        yield node
        for name, child in node.items():
            if name != "metadata":
                yield from objects_in(child)
    if isinstance(node, list):
        for child in node:
            yield from objects_in(child)


@quick
@given(results)
def test_a_result_survives_the_wire(result: Result) -> None:
    assert decode_result(encode_result(result)) == result


@quick
@given(results)
def test_every_field_is_always_present(result: Result) -> None:
    assert json.loads(encode_result(result)).keys() == Result.model_fields.keys()


@quick
@given(results, names)
def test_what_a_reader_does_not_know_is_tolerated_at_every_level_and_kept(
    result: Result, name: str
) -> None:
    document = json.loads(encode_result(result))
    for part in list(objects_in(document)):
        part["zz" + name] = {"later": [1]}

    assert json.loads(encode_result(decode_result(json.dumps(document).encode()))) == document


@quick
@given(stored_results)
def test_a_stored_object_survives_the_store(stored: StoredResult) -> None:
    assert decode_stored(encode_stored(stored)) == stored
    assert encode_stored(decode_stored(encode_stored(stored))) == encode_stored(stored)


@quick
@given(stored_results, deliveries, names)
def test_what_is_published_is_what_is_stored_with_all_its_unknown_fields(
    stored: StoredResult, delivery: Delivery, name: str
) -> None:
    document = json.loads(encode_stored(stored))
    for part in list(objects_in(document)):
        part["zz" + name] = name

    result = announcement(decode_stored(json.dumps(document).encode()), delivery)
    published = json.loads(encode_result(result))

    assert document.pop("fingerprint") == stored.fingerprint
    assert document.items() <= published.items()
    assert published.keys() - document.keys() == (
        Result.model_fields.keys() - StoredResult.model_fields.keys()
    )


@quick
@given(stored_results, deliveries)
def test_a_result_that_is_too_long_goes_without_its_answer(
    stored: StoredResult, delivery: Delivery
) -> None:
    result = announcement(stored, delivery)
    whole = encode_result(result)

    short = json.loads(encode_result(result, len(whole) - 1))

    assert encode_result(result, len(whole)) == whole
    assert (short["inline"], short["result"]) == (False, None)
    assert short == json.loads(whole) | {"inline": False, "result": None}


@quick
@given(failures)
def test_a_failure_is_published_whole_however_long_it_is(result: Result) -> None:
    assert encode_result(result, 1) == encode_result(result)


def test_a_result_without_a_job_id_is_keyed_by_the_jobs_position() -> None:
    assert Result(**FAILED).key == b"jobs/3/17"
    assert Result(**FAILED, job_id="call-1").key == b"call-1"


@pytest.mark.parametrize("status", ["failed", "expired", "cancelled"])
def test_what_did_not_succeed_needs_an_error(status: str) -> None:
    with pytest.raises(ValidationError, match=f"{status} needs an error"):
        Result(**FAILED | {"status": status, "error": None})


def test_what_did_not_succeed_has_no_answer_and_reuses_nothing() -> None:
    nobody = DiarizationResult.of([], None, 1)

    with pytest.raises(ValidationError, match="has no result"):
        Result(**FAILED, operation="diarize", result=nobody, inline=True)
    with pytest.raises(ValidationError, match="has no outputs and reuses nothing"):
        Result(**FAILED, reused=True)


@pytest.mark.parametrize(
    "missing", ["job_id", "operation", "audio", "params", "model", "engine_version"]
)
@quick
@given(stored=stored_results, delivery=deliveries)
def test_succeeded_lacks_nothing(missing: str, stored: StoredResult, delivery: Delivery) -> None:
    document = json.loads(encode_result(announcement(stored, delivery)))

    with pytest.raises(SchemaError):
        decode_result(json.dumps(document | {missing: None}).encode())


@quick
@given(
    stored_results,
    deliveries,
    st.sampled_from(
        [
            ({"outputs": []}, "needs its json object"),
            ({"inline": False}, "inline must say"),
            ({"result": None}, "inline must say"),
            ({"status": "done"}, "status: Input should be"),
            ({"error": {"code": "x", "message": "", "retryable": False}}, "everything but an"),
        ]
    ),
)
def test_a_contradiction_is_refused(
    stored: StoredResult, delivery: Delivery, flaw: tuple[dict[str, Any], str]
) -> None:
    document = json.loads(encode_result(announcement(stored, delivery)))

    with pytest.raises(SchemaError, match=flaw[1]):
        decode_result(json.dumps(document | flaw[0]).encode())


@quick
@given(stored_results)
def test_turns_beyond_the_end_of_the_audio_are_refused(stored: StoredResult) -> None:
    document = json.loads(encode_stored(stored))
    document["audio"]["duration_seconds"] = 0.001
    document["result"] = {
        "diarization": [{"start": 0, "end": 0.002, "speaker": "A"}],
        "exclusive_diarization": None,
        "speakers": [{"speaker": "A", "speech_seconds": 0.002, "turns": 1}],
    }

    with pytest.raises(SchemaError, match="must not reach beyond"):
        decode_stored(json.dumps(document).encode())


def test_a_writer_may_not_add_fields() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Result(**FAILED | {"colour": "red"})


def test_a_time_is_never_negative() -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        Timings(queued=-0.1)


def test_an_error_knows_whether_to_try_again_and_is_cut_to_a_readable_length() -> None:
    error = ResultError.of(ErrorCode.STORAGE_UNAVAILABLE, "x" * 5000)

    assert (error.code, error.retryable) == ("storage_unavailable", True)
    assert len(error.message) == 1000


def test_a_warning_of_the_closed_set() -> None:
    warning = ResultWarning.of(WarningCode.AUDIO_TRUNCATED, "short")

    assert (warning.code, warning.message) == ("audio_truncated", "short")


def test_a_result_of_an_operation_we_do_not_know_is_read_as_it_is() -> None:
    document = json.loads(encode_result(Result(**FAILED, operation="transcribe")))
    document["params"] = {"language": "de"}

    assert json.loads(encode_result(decode_result(json.dumps(document).encode()))) == document
