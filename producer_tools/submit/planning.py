"""Turn sources into jobs, make their audio reachable, and send them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from producer_tools.exits import WrongUsage
from producer_tools.kafka.messages import Outgoing
from producer_tools.submit.job_request import JobRequest, name_job
from producer_tools.submit.sources import LocalFile
from producer_tools.submit.upload import Upload
from schemas.codec import encode_job
from schemas.headers import audio_seconds_header, trace_header
from schemas.job import Job
from schemas.uri import ObjectUri
from schemas.wire import utc_milliseconds


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """A valid job, and the file that must be uploaded before it is sent."""

    job: Job
    file: LocalFile | None

    @classmethod
    def of(
        cls, source: LocalFile | ObjectUri, request: JobRequest, upload: Upload, job_id: str
    ) -> "PlannedJob":
        """Plan one source; raises `WrongUsage`; touches neither broker nor store."""
        if isinstance(source, ObjectUri):
            return cls(request.job(job_id, source), None)
        return cls(request.job(job_id, _uri(source, upload), source), source)

    def outgoing(self, now: datetime, trace: bytes | None = None) -> Outgoing:
        """Write the message; its key spreads jobs over partitions as any Java producer would.

        `trace` is the `traceparent` of whoever asks.
        """
        job = self.job.model_copy(update={"submitted_at": utc_milliseconds(now)})
        seconds = job.audio.duration_seconds
        hint = () if seconds is None else (audio_seconds_header(seconds),)
        return Outgoing(job.job_id.encode(), encode_job(job), (*trace_header(trace), *hint))


def new_job_id(source: LocalFile | ObjectUri, suffix: str) -> str:
    """Name the job after its audio, so that people recognise it."""
    path = source.path if isinstance(source, LocalFile) else PurePosixPath(source.key)
    return name_job(path.stem, suffix)


def store_files(jobs: Sequence[PlannedJob], upload: Upload) -> None:
    """Upload what workers cannot reach yet; raises `StoreUnreachable`."""
    for planned in jobs:
        if planned.file:
            upload.store(planned.file)


def _uri(file: LocalFile, upload: Upload) -> ObjectUri:
    """Say where the file will lie; file systems allow names that no object may have."""
    try:
        return upload.uri(file)
    except ValueError as error:
        raise WrongUsage(f"{str(file.path)!r}: cannot be uploaded, its URI {error}") from error
