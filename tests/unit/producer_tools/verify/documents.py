"""What do the messages and documents of a history say?"""

from datetime import timedelta

from producer_tools.kafka.messages import Incoming
from schemas.codes import ErrorCode
from schemas.diarization import DiarizationResult, DiarizeParams
from schemas.headers import Headers
from schemas.identity import fingerprint
from schemas.job import AudioReference, Job
from schemas.position import Position
from schemas.result import Result, StoredResult
from schemas.result_parts import ModelIdentity, Origin, ResolvedAudio, ResultError
from schemas.uri import ObjectUri
from tests.unit.producer_tools.messages import NOON

NOON_MS = int(NOON.timestamp() * 1000)
COMPLETED = NOON + timedelta(seconds=1)


def job_named(job_id: str, note: str = "") -> Job:
    """A valid job; a note makes it as long as is wanted."""
    return Job(
        job_id=job_id,
        operation="diarize",
        audio=AudioReference(uri=ObjectUri.parse("s3://calls/1.wav")),
        params=DiarizeParams(),
        metadata={"note": note} if note else {},
    )


def unanswered(origin: Origin, job: Job, code: ErrorCode) -> Result:
    """The result of a job that came to nothing."""
    return Result(
        job_id=job.job_id,
        operation="diarize",
        status="expired" if code is ErrorCode.DEADLINE_PASSED else "failed",
        origin=origin,
        error=ResultError.of(code, "so it is"),
        attempt=1,
        worker="worker-0",
        completed_at=COMPLETED,
    )


def stored_result(job: Job) -> StoredResult:
    """The document with its answer."""
    audio = ResolvedAudio(uri=job.audio.uri, etag="1", sha256="0" * 64, duration_seconds=10.0)
    model = ModelIdentity(name="demo", id="demo")
    params = DiarizeParams()
    return StoredResult(
        job_id=job.job_id,
        operation="diarize",
        audio=audio,
        params=params,
        model=model,
        engine_version=1,
        result=DiarizationResult.of([(0, 4, "A"), (3, 9, "B")], None, 10.0),
        fingerprint=fingerprint(
            operation="diarize", audio=audio, params=params, model=model, engine_version=1
        ),
    )


def incoming(
    position: Position, key: bytes | None, value: bytes | None, headers: Headers = ()
) -> Incoming:
    """A message as it is read, written at noon."""
    return Incoming(position, NOON_MS, key, value, headers)
