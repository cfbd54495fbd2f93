"""Say how messages become bytes, and bytes messages."""

from dataclasses import replace
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from schemas.canonical import canonical_json
from schemas.errors import Flaw, SchemaError, step_into
from schemas.job import Job
from schemas.json_text import Document, read_object
from schemas.operation import Shapes
from schemas.operations import V1
from schemas.result import Result, StoredResult
from schemas.topics import MAX_JOB_BYTES, RESULTS_MAX_BYTES
from schemas.wire import JobId, OperationName, WireModel

__all__ = [
    "SchemaError",
    "decode_job",
    "decode_result",
    "decode_stored",
    "encode_job",
    "encode_result",
    "encode_stored",
]

ModelT = TypeVar("ModelT", bound=WireModel)

_JOB_ID: TypeAdapter[str] = TypeAdapter(JobId)
_OPERATION: TypeAdapter[str] = TypeAdapter(OperationName)
_PROBLEMS = {"extra_forbidden": "unknown field", "missing": "is required"}


def decode_job(value: bytes, shapes: Shapes = V1) -> Job:
    """Read a job; SchemaError names the field.

    Parameters and formats of operations that have no shapes are kept as they are.
    """
    document = read_object(value, MAX_JOB_BYTES)
    try:
        job = _validated(Job, document, shapes)
        _check_formats(job, shapes)
    except SchemaError as error:
        raise SchemaError(
            Flaw(error.path, error.problem),
            job_id=_valid(_JOB_ID, document.fields.get("job_id")),
            operation=_valid(_OPERATION, document.fields.get("operation")),
        ) from error
    return job


def decode_result(value: bytes) -> Result:
    """Read a result of this or any later minor version; what we do not know is kept."""
    return _validated(Result, read_object(value), replace(V1, extra="allow"))


def decode_stored(value: bytes, shapes: Shapes = V1) -> StoredResult:
    """Read a stored object of this or any later minor version; what we do not know is kept."""
    return _validated(StoredResult, read_object(value), replace(shapes, extra="allow"))


def encode_job(job: Job) -> bytes:
    """Write a job without nulls, so that older workers read it; SchemaError when too long."""
    value = job.model_dump_json(exclude_none=True).encode()
    if len(value) > MAX_JOB_BYTES:
        raise SchemaError(Flaw("", f"is longer than {MAX_JOB_BYTES} bytes"))
    return value


def encode_result(result: Result, max_bytes: int = RESULTS_MAX_BYTES) -> bytes:
    """Write a result with every field; one that would be longer goes without its answer."""
    value = result.model_dump_json().encode()
    if len(value) <= max_bytes or not result.inline:
        return value
    return encode_result(result.model_copy(update={"inline": False, "result": None}), max_bytes)


def encode_stored(stored: StoredResult) -> bytes:
    """Write the stored object: canonical JSON, the same bytes on any worker."""
    return canonical_json(stored)


def _validated(model: type[ModelT], document: Document, shapes: Shapes) -> ModelT:
    if document.flaw:
        raise SchemaError(document.flaw)
    try:
        return model.model_validate(document.fields, extra=shapes.extra, context=shapes)
    except ValidationError as error:
        raise SchemaError(_first(error)) from error


def _check_formats(job: Job, shapes: Shapes) -> None:
    if job.operation not in shapes.params:
        return
    known = ("json", *shapes.formats.get(job.operation, ()))
    for number, name in enumerate(job.output.formats):
        if name not in known:
            problem = f"{job.operation} has the formats {', '.join(known)}, not {name!r}"
            raise SchemaError(Flaw(f"output.formats[{number}]", problem))


def _first(error: ValidationError) -> Flaw:
    first = error.errors(include_url=False, include_input=False)[0]
    path = ""
    for step in first["loc"]:
        path = step_into(path, step)
    problem = _PROBLEMS.get(first["type"], first["msg"].removeprefix("Value error, "))
    others = error.error_count() - 1
    return Flaw(path, f"{problem} (and {others} more)" if others else problem)


def _valid(adapter: TypeAdapter[str], value: object) -> str | None:
    try:
        return adapter.validate_python(value, strict=True)
    except ValidationError:
        return None
