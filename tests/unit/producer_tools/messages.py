"""Results and messages that the tests of the tools talk about."""

from datetime import UTC, datetime

from producer_tools.kafka.messages import Incoming
from schemas.codec import encode_result
from schemas.codes import ErrorCode
from schemas.diarization import DiarizationResult
from schemas.headers import Headers
from schemas.job import DiarizeParams
from schemas.position import Position
from schemas.result import Result
from schemas.result_parts import ModelIdentity, Origin, Output, ResolvedAudio, ResultError
from schemas.uri import ObjectUri

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def succeeded(offset: int = 0, job_id: str = "call-1") -> Result:
    """Two speakers in two turns of a ten-second recording."""
    uri = ObjectUri.parse("s3://results/call-1/0.json")
    return Result(
        job_id=job_id,
        operation="diarize",
        status="succeeded",
        origin=origin(offset),
        audio=ResolvedAudio(uri=ObjectUri.parse("s3://calls/1.wav"), duration_seconds=10.0),
        params=DiarizeParams(),
        model=ModelIdentity(name="demo", id="demo"),
        engine_version=1,
        inline=True,
        result=DiarizationResult.of([(0, 4, "A"), (3, 9, "B")], None, 10.0),
        outputs=(Output(format="json", uri=uri, sha256="0" * 64, size_bytes=1),),
        attempt=1,
        worker="worker-0",
        completed_at=NOON,
    )


def failed(offset: int = 0, job_id: str | None = "call-1") -> Result:
    """A job whose audio could not be decoded."""
    return Result(
        job_id=job_id,
        status="failed",
        origin=origin(offset),
        error=ResultError.of(ErrorCode.AUDIO_UNDECODABLE, "no sound in it"),
        attempt=1,
        worker="worker-0",
        completed_at=NOON,
    )


def origin(offset: int) -> Origin:
    """A message of the first partition of the jobs topic."""
    return Origin(group="turnstream", topic="jobs", partition=0, offset=offset)


def position(offset: int) -> Position:
    """Where the message of `origin` stands."""
    return Position("jobs", 0, offset)


def incoming(value: bytes | None, topic: str = "results", headers: Headers = ()) -> Incoming:
    """A message as it is read, at noon."""
    return Incoming(Position(topic, 1, 7), int(NOON.timestamp() * 1000), b"key", value, headers)


def published(result: Result) -> Incoming:
    """A result as it is read."""
    return incoming(encode_result(result))
