"""How does a test have a task with an answer to be stored?"""

from typing import Any

from consumer.core.ports import Answer
from consumer.core.work import Task
from schemas.diarization import DiarizationResult
from schemas.result import ResultWarning
from schemas.result_parts import ResolvedAudio
from schemas.uri import ObjectUri
from tests.fakes.jobs import prepared, task
from tests.fakes.object_store import InMemoryObjectStore
from tests.fakes.operation import one_speaker

FINGERPRINT = "0123456789abcdef"
JSON_URI = ObjectUri.parse(f"s3://results/call-1/{FINGERPRINT}.json")
RTTM_URI = ObjectUri.parse(f"s3://results/call-1/{FINGERPRINT}.rttm")


def resolved(**fields: Any) -> Task:
    """A task whose audio was opened and decoded."""
    found = task(**fields)
    found.fingerprint = FINGERPRINT
    found.audio = ResolvedAudio(uri=found.job.audio.uri, etag="abc", duration_seconds=1.0)
    return found


def answered(of: Task) -> tuple[Task, Answer]:
    return of, one_speaker([prepared(of)])[0]


def nobody_spoke() -> Answer:
    return Answer(DiarizationResult.of([], None, 1.0), (ResultWarning(code="quiet", message="!"),))


def content_of(store: InMemoryObjectStore) -> bytes:
    found = store.stored(JSON_URI)
    assert found is not None
    return found.content
