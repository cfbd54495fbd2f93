"""How does a test get a job, its record and its task without spelling all of it out?"""

import json
from typing import Any

from consumer.core.assignment import Assignment
from consumer.core.model import CatalogueModel, Partition, Record
from consumer.core.offsets import Ticket
from consumer.core.start import Start
from consumer.core.work import Prepared, Task
from schemas.codec import decode_job
from schemas.commit_metadata import Mark, Progress
from schemas.headers import Headers
from tests.fakes.audio import waveform
from tests.fakes.clock import START

PARTITION = Partition("jobs", 0)
AUDIO_URI = "s3://calls/a.wav"
OUTPUT_URI = "s3://results/"
MODEL = CatalogueModel("small", "local/small", sha256="0" * 64)
ARRIVED_MS = round(START.timestamp() * 1000) - 2000


def job_bytes(**fields: Any) -> bytes:
    """A valid job in JSON, with these fields instead of its own; `Any`, as JSON is."""
    job = {"job_id": "call-1", "operation": "diarize", "audio": {"uri": AUDIO_URI}}
    return json.dumps(job | fields).encode()


def record(
    value: bytes | None = b"",
    offset: int = 0,
    partition: Partition = PARTITION,
    headers: Headers = (),
    timestamp_ms: int = ARRIVED_MS,
) -> Record:
    """A record that arrived two seconds before the clock starts."""
    return Record(partition, offset, timestamp_ms, b"key", value, headers)


def ticket(of: Record | None = None, mark: Mark | None = None) -> Ticket:
    """A record in the care of an assignment of its own; `mark` is what the last owner left."""
    of = of or record(job_bytes())
    left = Progress(of.offset + 1, {of.offset: mark}) if mark else Progress(of.offset)
    assignment = Assignment(Start(of.partition, of.offset, left))
    assignment.admit(of.offset)
    return Ticket(of, assignment)


def task(model: CatalogueModel = MODEL, offset: int = 0, **fields: Any) -> Task:
    """An admitted job; `fields` are the job's, as JSON has them."""
    value = job_bytes(**fields)
    return Task(ticket(record(value, offset)), decode_job(value), model, OUTPUT_URI)


def prepared(of: Task, seconds: float = 1.0, ready_at: float = 0.0) -> Prepared:
    """A task whose audio, of so many seconds, waits for the device."""
    return Prepared(of, waveform([0.5] * round(seconds * 16_000)), ready_at)
