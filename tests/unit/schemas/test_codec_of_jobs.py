"""Jobs to bytes and back, and what is said about bytes that are no job."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import SchemaError, decode_job, encode_job
from schemas.job import DiarizeParams, Job
from schemas.operation import OperationParams
from schemas.operations import V1
from schemas.topics import MAX_JOB_BYTES
from tests.unit.schemas.strategies import jobs, names, quick

MINIMAL: dict[str, Any] = {
    "job_id": "call-1",
    "operation": "diarize",
    "audio": {"uri": "s3://calls/a.flac"},
}


def written(**changes: object) -> bytes:
    return json.dumps(MINIMAL | changes).encode()


def refusal(value: bytes) -> SchemaError:
    with pytest.raises(SchemaError) as caught:
        decode_job(value)
    return caught.value


@quick
@given(jobs)
def test_a_job_survives_the_wire(job: Job) -> None:
    assert decode_job(encode_job(job)) == job


@quick
@given(jobs)
def test_null_equals_absent(job: Job) -> None:
    with_nulls = job.model_dump_json().encode()

    assert decode_job(with_nulls) == decode_job(encode_job(job))


def test_only_three_fields_are_required_and_the_rest_has_defaults() -> None:
    job = decode_job(written())

    assert job.schema_version == 1
    assert job.params == DiarizeParams()
    assert job.output.uri is None
    assert job.metadata == {}


def test_null_stands_for_every_default() -> None:
    nulls = dict.fromkeys(set(Job.model_fields) - set(MINIMAL))

    assert decode_job(written(**nulls)) == decode_job(written())


def test_a_job_is_written_without_nulls_so_that_older_workers_read_it() -> None:
    written_again = json.loads(encode_job(decode_job(written(model=None))))

    assert None not in written_again.values()
    assert "etag" not in written_again["audio"]


@quick
@given(
    job=jobs,
    level=st.sampled_from([(), ("audio",), ("params",), ("output",)]),
    name=names.filter(lambda name: name.isalpha()),
    value=st.none() | st.integers(0, 9),
)
def test_an_unknown_field_is_refused_by_its_path_at_every_level(
    job: Job, level: tuple[str, ...], name: str, value: int | None
) -> None:
    document = json.loads(encode_job(job))
    part = document
    for step in level:
        part = part[step]
    part["zz" + name] = value

    error = refusal(json.dumps(document).encode())

    assert error.path == ".".join((*level, "zz" + name))
    assert error.problem == "unknown field"


def test_a_broken_job_still_says_whose_it_is() -> None:
    error = refusal(written(params={"max_speaker": 2}))

    assert str(error) == "params.max_speaker: unknown field"
    assert (error.job_id, error.operation) == ("call-1", "diarize")


def test_an_invalid_job_id_is_not_passed_on() -> None:
    assert refusal(written(job_id="..")).job_id is None
    assert refusal(written(job_id="call-1\n")).job_id is None
    assert refusal(written(job_id=17)).job_id is None


def test_says_how_much_more_is_wrong() -> None:
    assert "(and 1 more)" in str(refusal(written(params={"min_speakers": 0, "x": 1})))


def test_an_absurdly_long_name_is_cut_in_the_path() -> None:
    assert len(refusal(written(**{"x" * 5000: 1})).path) < 100


def test_a_message_over_the_limit_still_says_whose_it_is() -> None:
    error = refusal(written(recompute_id="x" * MAX_JOB_BYTES))

    assert error.problem == "is longer than 65536 bytes"
    assert error.job_id == "call-1"


def test_a_message_far_over_the_limit_is_not_even_parsed() -> None:
    error = refusal(written(job_id="x" * 10_000_000))

    assert error.problem == "is longer than 65536 bytes"
    assert error.job_id is None


def test_a_message_of_exactly_the_limit_is_read() -> None:
    padding = MAX_JOB_BYTES - len(written())

    assert decode_job(written() + b" " * padding).job_id == "call-1"
    assert refusal(written() + b" " * (padding + 1)).path == ""


def test_a_job_over_the_limit_is_not_written() -> None:
    job = Job.model_validate(
        MINIMAL
        | {
            "operation": "other",
            "params": OperationParams.model_validate({"text": "x" * MAX_JOB_BYTES}, extra="allow"),
        }
    )

    with pytest.raises(SchemaError, match="longer than 65536 bytes"):
        encode_job(job)


@pytest.mark.parametrize("depth", [40, 500, 100_000])
def test_deep_nesting_is_refused_and_crashes_nothing(depth: int) -> None:
    deep = b'{"job_id":"a","params":' + b"[" * depth + b"]" * depth + b"}"

    assert refusal(deep[:60_000]).problem.startswith(("nests deeper", "is not JSON"))
    if depth == 40:
        assert refusal(deep).job_id == "a"


def test_a_number_of_too_many_digits_is_refused() -> None:
    value = written().replace(b'"call-1"', b"9" * 5000)

    assert refusal(value).problem == "has a number of too many digits"


def test_a_name_that_is_not_unicode_is_refused() -> None:
    value = written(metadata={"NAME": "x"}).replace(b"NAME", b"\\ud800")

    assert refusal(value).path == "metadata"


def test_an_unknown_operation_is_read_with_its_parameters_as_they_are() -> None:
    params = {"language": "de", "hints": [{"word": None}]}

    job = decode_job(written(operation="transcribe", params=params))

    assert json.loads(encode_job(job))["params"] == params
    assert decode_job(encode_job(job)) == job
    with pytest.raises(TypeError, match="params are OperationParams, not DiarizeParams"):
        job.params_as(DiarizeParams)


def test_the_parameters_of_an_unknown_operation_are_an_object() -> None:
    assert refusal(written(operation="transcribe", params=[1])).path == "params"


class TranscribeParams(OperationParams):
    beams: int


TRANSCRIBING = replace(
    V1,
    params={**V1.params, "transcribe": TranscribeParams},
    formats={**V1.formats, "transcribe": ("txt",)},
)


def test_an_operation_that_is_plugged_in_brings_its_own_parameters() -> None:
    job = decode_job(written(operation="transcribe", params={"beams": 3}), TRANSCRIBING)

    assert job.params_as(TranscribeParams).beams == 3
    with pytest.raises(SchemaError) as caught:
        decode_job(written(operation="transcribe"), TRANSCRIBING)
    assert (caught.value.path, caught.value.problem) == ("params.beams", "is required")


def test_an_operation_that_is_plugged_in_brings_its_own_formats() -> None:
    def wanting(*formats: str, operation: str = "transcribe") -> bytes:
        params = {"beams": 3} if operation == "transcribe" else {}
        return written(operation=operation, params=params, output={"formats": formats})

    assert decode_job(wanting("json", "txt"), TRANSCRIBING).formats == ("json", "txt")
    assert decode_job(wanting("txt")).formats == ("json", "txt")
    for refused in (wanting("json", "rttm"), wanting("json", "txt", operation="diarize")):
        with pytest.raises(SchemaError, match=r"^output.formats\[1\]: .* has the formats json, "):
            decode_job(refused, TRANSCRIBING)


@pytest.mark.parametrize("name", ["", "TXT", "t/x", "../txt", "a" * 17])
def test_a_format_is_a_short_word(name: str) -> None:
    flawed = written(operation="transcribe", output={"formats": [name]})

    assert refusal(flawed).path == "output.formats[0]"
