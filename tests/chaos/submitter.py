"""How do jobs come in while everything breaks, and what is done to their objects meanwhile?"""

from __future__ import annotations

import threading
import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from confluent_kafka import KafkaError, Message, Producer

from schemas.diarization import DiarizeParams
from schemas.identity import fingerprint
from schemas.result_parts import ModelIdentity, ResolvedAudio
from schemas.uri import ObjectUri
from tests.chaos.jobs import JobPlan, Kind, PlannedJob
from tests.scripted.engine import MODEL
from tests.scripted.recordings import Instructions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_s3 import S3Client

    from tests.chaos.service import Service

_FLUSH_SECONDS = 120.0
_IDLE_SECONDS = 0.02
_NOT_AUDIO = b"not audio, whatever the name says. " * 40
_REPLACEMENT = 30_000
"""A recording that no job names."""


class Submitter(threading.Thread):
    """Submits the jobs of one service at a steady rate, on a thread of its own.

    Objects are put and deleted past the disturbed link; brokers that are away are waited for.
    """

    def __init__(self, service: Service, plan: JobPlan, jobs: int, jobs_per_second: float) -> None:
        super().__init__(name=f"submit-{service.name}", daemon=True)
        self.delivered = 0
        """Messages that the brokers have acknowledged."""
        self.problems: list[str] = []
        self._service, self._plan = service, plan
        self._jobs, self._interval = jobs, 1 / jobs_per_second
        self._store: S3Client = service.store.client()
        self._producer = Producer(_properties(service))
        self._injected: SimpleQueue[tuple[Kind, int]] = SimpleQueue()
        self._stopped = threading.Event()

    def inject(self, kind: Kind, count: int) -> None:
        """Submit some of these as soon as possible, from any thread."""
        self._injected.put((kind, count))

    def upload_recordings(self) -> None:
        """Put what most jobs listen to."""
        for recording in self._plan.recordings:
            self._upload(f"{recording.number}.wav", recording.wav())

    def run(self) -> None:
        due = time.monotonic()
        for job in self._plan.usual(self._jobs):
            due += self._interval
            while time.monotonic() < due and not self._stopped.is_set():
                self._submit_injected()
                self._producer.poll(_IDLE_SECONDS)
            if self._stopped.is_set():
                return
            self._submit(job)

    def finish(self) -> None:
        """End the submission, and return once all that was submitted is acknowledged."""
        self._stopped.set()
        self.join()
        self._submit_injected()
        if left := self._producer.flush(_FLUSH_SECONDS):
            self.problems.append(f"{left} jobs were not acknowledged")

    def _submit_injected(self) -> None:
        try:
            while True:
                kind, count = self._injected.get_nowait()
                for _ in range(count):
                    self._submit_all(self._plan.draw(kind))
        except Empty:
            return

    def _submit_all(self, jobs: Iterable[PlannedJob]) -> None:
        for job in jobs:
            self._submit(job)

    def _submit(self, job: PlannedJob) -> None:
        self._prepare(job)
        entry = job.entry(self._service.audio_uri)
        self._producer.produce(
            self._service.topics.jobs, key=entry.key, value=entry.value, on_delivery=self._noted
        )
        self._meddle(job)

    def _prepare(self, job: PlannedJob) -> None:
        if not job.has_own_recording or job.kind is Kind.MISSING:
            return
        data = _NOT_AUDIO if job.kind is Kind.UNDECODABLE else job.recording.wav()
        etag = self._upload(job.recording_name, data)
        if job.kind is Kind.FOREIGN_OBJECT:
            key = f"results/{job.job_id}/{self._fingerprint(job, etag)}.json"
            self._store.put_object(Bucket=self._service.bucket, Key=key, Body=b"somebody else's")

    def _meddle(self, job: PlannedJob) -> None:
        """Race the worker for the audio."""
        if job.kind is Kind.DELETED:
            key = f"calls/{job.recording_name}"
            self._store.delete_object(Bucket=self._service.bucket, Key=key)
        elif job.kind is Kind.REPLACED:
            self._upload(job.recording_name, Instructions(_REPLACEMENT).wav())

    def _upload(self, name: str, data: bytes) -> str:
        put = self._store.put_object(Bucket=self._service.bucket, Key=f"calls/{name}", Body=data)
        return put["ETag"].strip('"')

    def _fingerprint(self, job: PlannedJob, etag: str) -> str:
        uri = ObjectUri.parse(f"{self._service.audio_uri}{job.recording_name}")
        return fingerprint(
            operation="diarize",
            audio=ResolvedAudio(uri=uri, etag=etag),
            params=DiarizeParams(),
            model=ModelIdentity(name=MODEL, id=MODEL),
            engine_version=1,
        )

    def _noted(self, error: KafkaError | None, _: Message) -> None:
        if error is None:
            self.delivered += 1
        else:
            self.problems.append(error.str())


def _properties(service: Service) -> dict[str, str | int | bool]:
    return {
        "bootstrap.servers": service.bootstrap,
        "acks": "all",
        "enable.idempotence": True,
        "partitioner": "murmur2_random",
        "log_level": 0,
    }
