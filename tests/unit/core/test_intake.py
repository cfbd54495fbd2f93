"""Whether a record becomes a task, or is refused with the code that says why."""

from dataclasses import replace
from typing import Any

import pytest

from consumer.core.intake import Intake, Refusal, Served
from consumer.core.model import CatalogueModel
from consumer.core.work import Task
from schemas.codes import ErrorCode
from schemas.commit_metadata import Mark
from schemas.operation import OperationParams
from schemas.operations import V1
from schemas.uri import PrefixAllowList
from tests.fakes.jobs import MODEL, job_bytes, record, ticket

OTHER_MODEL = CatalogueModel("other", "local/other")
LISTENER = CatalogueModel("listener", "local/listener")
MODELS = {MODEL.name: MODEL, OTHER_MODEL.name: OTHER_MODEL}
INTAKE = Intake(
    operations={
        "diarize": Served(MODELS, MODEL.name),
        "embed": Served(MODELS, MODEL.name, switched_off=True),
        "transcribe": Served({LISTENER.name: LISTENER}, LISTENER.name),
    },
    shapes=V1,
    audio_allowed=PrefixAllowList(["s3://calls", "file:///audio"]),
    output_allowed=PrefixAllowList(["s3://results/"]),
    default_output_uri="s3://results/turns/",
    max_deaths_alone=3,
)


def read(intake: Intake = INTAKE, **fields: Any) -> Task | Refusal:
    return intake.read(ticket(record(job_bytes(**fields))))


def accepted(intake: Intake = INTAKE, **fields: Any) -> Task:
    task = read(intake, **fields)
    assert isinstance(task, Task), task
    return task


def refused(intake: Intake = INTAKE, **fields: Any) -> Refusal:
    refusal = read(intake, **fields)
    assert isinstance(refusal, Refusal)
    return refusal


def test_a_minimal_job_gets_the_workers_defaults() -> None:
    task = accepted()

    assert task.model is MODEL
    assert task.output_uri == "s3://results/turns/"
    assert task.attempt == 1


def test_each_operation_has_a_default_of_its_own() -> None:
    assert accepted(operation="transcribe").model is LISTENER


def test_parameters_are_read_as_the_operation_shapes_them() -> None:
    class TranscribeParams(OperationParams):
        language: str = "en"

    shaped = replace(INTAKE, shapes=replace(V1, params={"transcribe": TranscribeParams}))

    task = accepted(shaped, operation="transcribe", params={"language": "de"})
    refusal = refused(shaped, operation="transcribe", params={"langauge": "de"})

    assert task.job.params == TranscribeParams(language="de")
    assert str(refusal.error) == "params.langauge: unknown field"


def test_a_job_may_name_its_model_and_output() -> None:
    task = accepted(model="other", output={"uri": "s3://results/mine/"})

    assert task.model is OTHER_MODEL
    assert task.output_uri == "s3://results/mine/"


def test_a_job_that_was_put_off_is_at_its_next_attempt() -> None:
    task = INTAKE.read(ticket(record(job_bytes()), Mark(attempts=2)))

    assert isinstance(task, Task)
    assert task.attempt == 3


@pytest.mark.parametrize("starts", [0, 1, 2, 4])
def test_a_job_that_may_not_have_killed_anybody_runs(starts: int) -> None:
    assert isinstance(INTAKE.read(ticket(record(job_bytes()), Mark(starts))), Task)


@pytest.mark.parametrize("starts", [5, 6, 99])
def test_a_job_that_killed_the_worker_too_often_while_alone_ends(starts: int) -> None:
    refusal = INTAKE.read(ticket(record(job_bytes()), Mark(starts)))

    assert isinstance(refusal, Refusal)
    assert refusal.error.code is ErrorCode.CRASHED_WORKER
    assert f"{starts - 2} times" in str(refusal.error)
    assert (refusal.job_id, refusal.operation) == ("call-1", "diarize")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"job_id": ".."}, ErrorCode.INVALID_JOB),
        ({"priority": 1}, ErrorCode.INVALID_JOB),
        ({"operation": "translate"}, ErrorCode.UNSUPPORTED_OPERATION),
        ({"operation": "embed"}, ErrorCode.OPERATION_DISABLED),
        ({"model": "somebody/else"}, ErrorCode.MODEL_REFUSED),
        ({"model": "/etc/models"}, ErrorCode.MODEL_REFUSED),
        ({"model": LISTENER.name}, ErrorCode.MODEL_REFUSED),
        ({"operation": "transcribe", "model": MODEL.name}, ErrorCode.MODEL_REFUSED),
        ({"audio": {"uri": "s3://calls-private/a.wav"}}, ErrorCode.AUDIO_URI_REFUSED),
        ({"audio": {"uri": "s3://elsewhere/a.wav"}}, ErrorCode.AUDIO_URI_REFUSED),
        ({"audio": {"uri": "file:///etc/passwd"}}, ErrorCode.AUDIO_URI_REFUSED),
        ({"audio": {"uri": "file:///audio-private/a.wav"}}, ErrorCode.AUDIO_URI_REFUSED),
        ({"audio": {"uri": "file:///audio/../etc/passwd"}}, ErrorCode.INVALID_JOB),
        ({"output": {"uri": "s3://elsewhere/"}}, ErrorCode.OUTPUT_URI_REFUSED),
        ({"output": {"uri": "s3://results-private/"}}, ErrorCode.OUTPUT_URI_REFUSED),
        ({"output": {"uri": "s3://results/../calls/"}}, ErrorCode.INVALID_JOB),
    ],
    ids=str,
)
def test_refuses_with_the_code_that_says_why(fields: dict[str, Any], code: ErrorCode) -> None:
    assert refused(**fields).error.code is code


@pytest.mark.parametrize("uri", ["s3://calls/a.wav", "file:///audio/a.wav"])
def test_admits_what_lies_under_an_allowed_prefix(uri: str) -> None:
    assert str(accepted(audio={"uri": uri}).job.audio.uri) == uri


def test_a_prefix_is_whole_path_segments_also_without_its_slash() -> None:
    narrow = replace(INTAKE, audio_allowed=PrefixAllowList(["s3://calls/2026"]))

    assert str(accepted(narrow, audio={"uri": "s3://calls/2026/a.wav"}).job.audio.uri)
    assert refused(narrow, audio={"uri": "s3://calls/2026-private/a.wav"}).error.code == (
        ErrorCode.AUDIO_URI_REFUSED
    )


def test_an_empty_allow_list_admits_nothing() -> None:
    closed = replace(INTAKE, audio_allowed=PrefixAllowList([]))

    assert refused(closed).error.code is ErrorCode.AUDIO_URI_REFUSED


def test_a_job_without_output_is_refused_where_no_default_is_set() -> None:
    refusal = refused(replace(INTAKE, default_output_uri=None))

    assert refusal.error.code is ErrorCode.OUTPUT_URI_REFUSED
    assert "output.default_uri" in str(refusal.error)


def test_a_refusal_carries_the_job_when_there_is_a_valid_one() -> None:
    refusal = refused(model="somebody/else", metadata={"call": "7"})

    assert refusal.job is not None
    assert refusal.job.metadata == {"call": "7"}
    assert (refusal.job_id, refusal.operation) == ("call-1", "diarize")


def test_an_invalid_job_still_tells_its_id_and_operation() -> None:
    refusal = refused(params={"max_speaker": 2})

    assert refusal.job is None
    assert (refusal.job_id, refusal.operation) == ("call-1", "diarize")
    assert "params.max_speaker" in str(refusal.error)


@pytest.mark.parametrize("value", [b"", b"not json", b"\x00\x00\x00\x00\x01{}", b"[]", b"NaN"])
def test_what_is_no_job_at_all_has_no_id(value: bytes) -> None:
    refusal = INTAKE.read(ticket(record(value)))

    assert isinstance(refusal, Refusal)
    assert refusal.error.code is ErrorCode.INVALID_JOB
    assert (refusal.job_id, refusal.operation) == (None, None)


def test_names_what_it_would_have_taken() -> None:
    does = "this worker does: diarize, embed, transcribe"
    assert does in str(refused(operation="translate").error)
    assert "'diarize'; it has: other, small" in str(refused(model="tiny").error)
