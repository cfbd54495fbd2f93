"""Say which headers go with a message, and what those that came with one say."""

import math
import re
from dataclasses import dataclass
from datetime import datetime

from schemas.position import Position
from schemas.result import Result
from schemas.wire import format_time

Headers = tuple[tuple[str, bytes | None], ...]

TRACEPARENT = "traceparent"
AUDIO_SECONDS = "x-audio-seconds"
REDRIVEN_FROM = "x-redriven-from"

CONTENT_TYPE = "content-type"
JOB_ID = "x-job-id"
OPERATION = "x-operation"
STATUS = "x-status"
ORIGIN_TOPIC = "x-origin-topic"
ORIGIN_PARTITION = "x-origin-partition"
ORIGIN_OFFSET = "x-origin-offset"

ERROR_CODE = "x-error-code"
ERROR_MESSAGE = "x-error-message"
ATTEMPT = "x-attempt"
FAILED_AT = "x-failed-at"
WORKER = "x-worker"
TRUNCATED = "x-truncated"
VALUE_BYTES = "x-value-bytes"
VALUE_SHA256 = "x-value-sha256"

DEAD_LETTER_NAMES = frozenset(
    {
        ERROR_CODE,
        ERROR_MESSAGE,
        ATTEMPT,
        FAILED_AT,
        ORIGIN_TOPIC,
        ORIGIN_PARTITION,
        ORIGIN_OFFSET,
        WORKER,
        TRUNCATED,
        VALUE_BYTES,
        VALUE_SHA256,
    }
)
MAX_ERROR_MESSAGE_BYTES = 512
MAX_TRACEPARENT_BYTES = 512
"""Nine times what W3C's is today. A job's headers may be as long as a record, its result's may not:
a result that does not fit can never be published, and holds up every job behind it."""
_TRACE = re.compile(
    rb"(?:00(?=.{53}\Z)|(?!00|ff)[0-9a-f]{2})"  # only versions to come may be longer
    rb"-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-[!-~]*)?"
)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a message became a dead letter, and where it stood."""

    code: str
    message: str
    attempt: int
    failed_at: datetime
    worker: str
    position: Position


def result_headers(result: Result, trace: bytes | None = None) -> Headers:
    """Route and trace a result without reading its value; `trace` is a valid `traceparent`."""
    named = {JOB_ID: result.job_id, OPERATION: result.operation, STATUS: result.status}
    return (
        *trace_header(trace),
        (CONTENT_TYPE, b"application/json"),
        *((name, value.encode()) for name, value in named.items() if value is not None),
        *_origin(result.origin.position),
    )


def dead_letter_headers(failure: Failure) -> Headers:
    """Say why the job failed; the original headers are the letter's own affair."""
    return (
        (ERROR_CODE, failure.code.encode()),
        (ERROR_MESSAGE, cut_utf8(failure.message, MAX_ERROR_MESSAGE_BYTES)),
        (ATTEMPT, str(failure.attempt).encode()),
        (FAILED_AT, format_time(failure.failed_at).encode()),
        *_origin(failure.position),
        (WORKER, failure.worker.encode()),
    )


def truncation_headers(value_bytes: int, value_sha256: str) -> Headers:
    """Say what a letter that does not fit was cut from."""
    return (
        (TRUNCATED, b"true"),
        (VALUE_BYTES, str(value_bytes).encode()),
        (VALUE_SHA256, value_sha256.encode()),
    )


def trace_header(trace: bytes | None) -> Headers:
    """Say which trace a message belongs to; nothing where there is none."""
    return () if trace is None else ((TRACEPARENT, trace),)


def traceparent(headers: Headers) -> bytes | None:
    """Read which trace a job belongs to; None when it does not say it as W3C Trace Context does."""
    return valid_trace(last(headers, TRACEPARENT))


def valid_trace(value: bytes | None) -> bytes | None:
    """Return a `traceparent` as it is; None for what is none."""
    if value is None or len(value) > MAX_TRACEPARENT_BYTES or not _TRACE.fullmatch(value):
        return None
    return value


def trace_id(trace: bytes | None) -> str | None:
    """Name the trace of a valid `traceparent` as trace viewers do."""
    return None if trace is None else trace[3:35].decode("ascii")


def audio_seconds_header(seconds: float) -> tuple[str, bytes]:
    """Tell how long the audio is, so that the backlog can be counted without reading jobs."""
    return AUDIO_SECONDS, f"{seconds:.3f}".encode()


def audio_seconds(headers: Headers) -> float | None:
    """Read how long a job says its audio is; None when it does not say it as a number >= 0."""
    try:
        seconds = float(last(headers, AUDIO_SECONDS) or b"")
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def last(headers: Headers, name: str) -> bytes | None:
    """Return a header's value; of a repeated one the last, as Kafka's own clients do."""
    return next((value for given, value in reversed(headers) if given == name), None)


def cut_utf8(text: str, max_bytes: int) -> bytes:
    """Encode text, cut between characters; what UTF-8 cannot hold becomes `?`."""
    return text.encode(errors="replace")[:max_bytes].decode(errors="ignore").encode()


def _origin(position: Position) -> Headers:
    return (
        (ORIGIN_TOPIC, position.topic.encode()),
        (ORIGIN_PARTITION, str(position.partition).encode()),
        (ORIGIN_OFFSET, str(position.offset).encode()),
    )
