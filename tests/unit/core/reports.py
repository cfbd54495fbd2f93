"""How does a test read what is published about a job?"""

from consumer.core.errors import InvalidJob
from consumer.core.intake import Refusal
from consumer.core.reporting import Destinations, Reporter
from consumer.core.work import Completion, Task
from schemas.codec import decode_result
from schemas.dead_letter import DeadLetter
from schemas.diarization import DiarizationResult
from schemas.result import Output, Result, StoredResult
from schemas.result_parts import ModelIdentity, ResolvedAudio
from schemas.uri import ObjectUri
from tests.fakes.jobs import record, task, ticket

DESTINATIONS = Destinations("results", "dead-letters", 512 * 1024, 1024 * 1024)
REPORTER = Reporter("workers", "worker-1", DESTINATIONS)
TRACE = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
HEADERS = (("traceparent", TRACE), ("mine", None), ("mine", b"\xff"))


def result_of(completion: Completion) -> Result:
    message = completion.messages[0]
    assert message.topic == "results"
    assert message.value is not None
    return decode_result(message.value)


def dead_letter_of(completion: Completion) -> DeadLetter:
    _, message = completion.messages
    assert message.topic == "dead-letters"
    return DeadLetter(message.key, message.value or b"", message.headers)


def refusal_of(value: bytes, job_id: str | None = None, operation: str | None = None) -> Refusal:
    of = record(value, offset=7, headers=HEADERS)
    return Refusal(ticket(of), InvalidJob("not JSON"), None, job_id, operation)


def stored() -> StoredResult:
    return StoredResult(
        job_id="call-1",
        operation="diarize",
        audio=ResolvedAudio(uri=ObjectUri.parse("s3://calls/a.wav"), duration_seconds=2.0),
        params=task().job.params,
        model=ModelIdentity(name="small", id="local/small"),
        engine_version=1,
        result=DiarizationResult.of([(0.0, 1.0, "SPEAKER_00")], None, 2.0),
        fingerprint="0123456789abcdef",
    )


def outputs() -> tuple[Output, ...]:
    uri = ObjectUri.parse("s3://results/call-1/0123456789abcdef.json")
    return (Output(format="json", uri=uri, sha256="0" * 64, size_bytes=1),)


def opened() -> Task:
    found = task()
    found.audio = ResolvedAudio(uri=found.job.audio.uri, etag="abc")
    return found
