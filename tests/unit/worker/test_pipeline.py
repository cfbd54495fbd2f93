"""Whether every job that goes in comes out once, whatever happens to it on the way."""

import os
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from queue import Queue

from consumer.archive import Archive
from consumer.claims import Claims
from consumer.core.batching import BatchPolicy
from consumer.core.errors import DeviceDead, JobError, OutOfMemory, StorageUnavailable
from consumer.core.intake import Intake
from consumer.core.model import DecodedAudio
from consumer.core.offsets import Ticket
from consumer.core.ports import Answer, Instruments
from consumer.core.reporting import Destinations, Reporter
from consumer.core.work import Completion, Prepared, ResultKey, Setback, Task
from consumer.fetching import Fetcher
from consumer.pipeline import Parts, Pipeline, PipelineSize
from consumer.residency import Residency
from schemas.codec import decode_result
from schemas.result import Result, StoredResult
from schemas.uri import ObjectUri, PrefixAllowList
from tests.fakes.audio import FakeDecoder, waveform
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import AUDIO_URI, MODEL, OUTPUT_URI, job_bytes, record, ticket
from tests.fakes.object_store import InMemoryObjectStore
from tests.fakes.operation import FakeOperation, one_speaker
from tests.fakes.telemetry import RecordingTelemetry

PATIENCE_SECONDS = 5.0
BOOM_URI = "s3://calls/boom.wav"
SOUND = DecodedAudio(waveform([0.5] * 16_000))
INTAKE = Intake(
    operations={"diarize": True},
    models={MODEL.name: MODEL},
    default_model=MODEL.name,
    audio_allowed=PrefixAllowList(["s3://calls/"]),
    output_allowed=PrefixAllowList([OUTPUT_URI]),
    default_output_uri=OUTPUT_URI,
    max_deaths_alone=3,
)
DESTINATIONS = Destinations("results", "dead", 10**6, 10**6)
REPORTER = Reporter("workers", "w1", DESTINATIONS)
SIZE = PipelineSize(
    max_in_flight_jobs=8,
    fetch_threads=2,
    store_threads=2,
    batches=BatchPolicy(max_jobs=4, max_audio_seconds=100.0, linger_seconds=0.0),
)


class WatchedClaims(Claims):
    """Tells when somebody has to wait, and when a computation has ended."""

    def __init__(self) -> None:
        super().__init__()
        self.somebody_waits = threading.Event()
        self.released = threading.Event()

    def release(self, key: ResultKey) -> Sequence[Task]:
        self.released.set()
        return super().release(key)

    def take(self, key: ResultKey, task: Task) -> bool:
        taken = super().take(key, task)
        if not taken:
            self.somebody_waits.set()
        return taken


class TouchyDecoder(FakeDecoder):
    """Meets a bug of ours in files that say so."""

    def decode(self, file_descriptor: int, channel: int | None) -> DecodedAudio:
        if os.pread(file_descriptor, 4, 0) == b"boom":
            raise RuntimeError("a bug")
        return super().decode(file_descriptor, channel)


class BrokenRendering(FakeOperation):
    """Meets a bug of ours when a derived format is wanted."""

    def render(self, format_name: str, stored: StoredResult) -> bytes:
        raise RuntimeError("a bug")


class ForgetfulReporter(Reporter):
    """Meets a bug of ours in these methods."""

    def __init__(self, *broken: str) -> None:
        super().__init__("workers", "w1", DESTINATIONS)
        for method in broken:
            object.__setattr__(self, method, self._break)

    def _break(self, *_: object) -> Completion:
        raise RuntimeError("a bug")


class World:
    """A pipeline whose stages are real and whose outside world is not."""

    def __init__(self, operation: FakeOperation, reporter: Reporter) -> None:
        self.operation = operation
        self.reporter = reporter
        self.store = InMemoryObjectStore({"calls", "results"})
        self.store.put(ObjectUri.parse(AUDIO_URI), b"sound")
        self.store.put(ObjectUri.parse(BOOM_URI), b"boom")
        self.claims = WatchedClaims()
        self.telemetry = RecordingTelemetry()
        self.crashes: Queue[BaseException] = Queue()
        self.pipeline = Pipeline(self._parts(), SIZE, self.crashes.put)

    def submit(self, *values: bytes) -> list[Ticket]:
        tickets = [ticket(record(value, offset)) for offset, value in enumerate(values)]
        for submitted in tickets:
            self.pipeline.submit(submitted)
        return tickets

    def ended(self, count: int) -> list[Completion]:
        """Wait until so many jobs have come out."""
        completions: list[Completion] = []
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(completions) < count and time.monotonic() < deadline:
            completions.extend(self.pipeline.completions())
            threading.Event().wait(0.002)
        return completions

    def results(self, count: int) -> list[Result]:
        return [decode_result(c.messages[0].value or b"") for c in self.ended(count)]

    def _parts(self) -> Parts:
        operations, clock = {"diarize": self.operation}, FakeClock()
        archive, decoder = Archive(self.store, operations), TouchyDecoder(SOUND)
        instruments = Instruments(clock, self.telemetry)
        return Parts(
            intake=INTAKE,
            fetcher=Fetcher(self.store, archive, decoder, operations, self.claims, 1000, clock),
            archive=archive,
            claims=self.claims,
            operations=operations,
            residency=Residency(operations, 1, instruments),
            reporter=self.reporter,
            instruments=instruments,
        )


@contextmanager
def serving(
    operation: FakeOperation | None = None, reporter: Reporter = REPORTER
) -> Iterator[World]:
    world = World(operation or FakeOperation(), reporter)
    with world.pipeline:
        yield world


def test_a_job_is_fetched_run_stored_and_announced() -> None:
    with serving() as world:
        world.submit(job_bytes())
        [result] = world.results(1)

    stored = world.store.stored(result.outputs[0].uri)
    assert stored is not None
    assert sha256(stored.content).hexdigest() == result.outputs[0].sha256
    assert result.status == "succeeded"
    assert not result.reused
    assert result.timings.queued == 2.0
    assert None not in (result.timings.fetch, result.timings.device, result.timings.store)


def test_every_job_that_goes_in_comes_out_once() -> None:
    kinds = (
        job_bytes(),
        job_bytes(output={"formats": ["rttm"]}),
        b"not json",
        job_bytes(operation="translate"),
        job_bytes(audio={"uri": "s3://calls/missing.wav"}),
        job_bytes(audio={"uri": BOOM_URI}),
    )
    values = [*kinds * 3, *(job_bytes(job_id=f"call-{number}") for number in range(20))]

    with serving() as world:
        tickets = world.submit(*values)
        assert world.pipeline.in_flight == len(values)
        ended = [completion.ticket for completion in world.ended(len(values))]

    assert sorted(t.record.offset for t in ended) == [t.record.offset for t in tickets]
    assert world.pipeline.in_flight == 0
    assert world.crashes.empty()


def test_a_bug_in_a_stage_fails_its_job_alone_as_internal() -> None:
    with serving() as world:
        world.submit(job_bytes(audio={"uri": BOOM_URI}), job_bytes())
        codes = {c.ticket.record.offset: c.code for c in world.ended(2)}

    assert codes == {0: "internal", 1: None}
    assert [str(error) for error in world.telemetry.crashes] == ["a bug"]
    assert world.crashes.empty()


def test_a_bug_while_storing_fails_its_job_alone_as_internal() -> None:
    with serving(BrokenRendering()) as world:
        world.submit(job_bytes(job_id="a", output={"formats": ["rttm"]}), job_bytes(job_id="b"))
        codes = {c.job_id: c.code for c in world.ended(2)}

    assert codes == {"a": "internal", "b": None}


def test_the_message_of_a_bug_tells_no_more_than_its_kind() -> None:
    with serving() as world:
        world.submit(job_bytes(audio={"uri": BOOM_URI}))
        [result] = world.results(1)

    assert result.error is not None
    assert result.error.retryable
    assert result.error.message == "RuntimeError in this worker; its log has the traceback"


def test_a_store_that_fails_while_storing_fails_the_job_with_its_code() -> None:
    def answers(batch: Sequence[Prepared]) -> Sequence[Answer]:
        world.store.fail_next(StorageUnavailable("down"))
        return one_speaker(batch)

    with serving(FakeOperation(answers)) as world:
        world.submit(job_bytes())
        [completion] = world.ended(1)

    assert completion.code == "storage_unavailable"


def test_the_same_job_twice_at_once_is_computed_once() -> None:
    def answers(batch: Sequence[Prepared]) -> Sequence[Answer]:
        assert world.claims.somebody_waits.wait(PATIENCE_SECONDS)
        return one_speaker(batch)

    with serving(FakeOperation(answers)) as world:
        world.submit(job_bytes(), job_bytes())
        results = world.results(2)

    assert [result.reused for result in results] == [False, True]
    assert results[0].outputs == results[1].outputs
    assert [len(batch) for batch in world.operation.batches] == [1]


def test_the_twin_of_a_job_that_failed_runs_itself() -> None:
    found: list[Answer | JobError] = [OutOfMemory("too long")]

    def answers(batch: Sequence[Prepared]) -> Sequence[Answer | JobError]:
        assert world.claims.somebody_waits.wait(PATIENCE_SECONDS)
        return [found.pop()] if found else one_speaker(batch)

    with serving(FakeOperation(answers)) as world:
        world.submit(job_bytes(), job_bytes())
        codes = [completion.code for completion in world.ended(2)]

    assert codes == ["out_of_memory", None]


def test_a_device_that_dies_is_reported_and_ends_no_job() -> None:
    fault = DeviceDead("an illegal memory access was encountered")

    def answers(_: Sequence[Prepared]) -> Sequence[Answer]:
        raise fault

    with serving(FakeOperation(answers)) as world:
        tickets = world.submit(job_bytes())

        assert world.crashes.get(timeout=PATIENCE_SECONDS) is fault
        assert list(world.pipeline.completions()) == []
        assert world.pipeline.in_flight == 1
        assert list(world.pipeline.on_device) == tickets


def test_says_which_jobs_are_on_the_device_and_which_were_there_until_they_are_taken_out() -> None:
    seen = list[tuple[Collection[Ticket], Collection[Ticket]]]()

    def answers(batch: Sequence[Prepared]) -> Sequence[Answer]:
        seen.append((world.pipeline.on_device, world.pipeline.nearly_done))
        return one_speaker(batch)

    with serving(FakeOperation(answers)) as world:
        first, _ = world.submit(job_bytes(), b"not json")
        assert world.claims.released.wait(PATIENCE_SECONDS)

        assert seen == [((first,), [first])]
        assert list(world.pipeline.on_device) == []
        assert world.pipeline.nearly_done == [first]

        world.ended(2)
        assert world.pipeline.nearly_done == []


def test_an_object_store_that_is_silent_is_a_setback_and_a_stored_result_an_answer() -> None:
    with serving() as world:
        world.store.fail_next(StorageUnavailable("down", AUDIO_URI, everybody=True))
        world.submit(job_bytes())
        [silent] = world.ended(1)
        world.submit(job_bytes())
        [answered] = world.ended(1)

    assert silent.setback == Setback("storage_unavailable", "down", AUDIO_URI, True)
    assert not silent.store_answered
    assert answered.setback is None
    assert answered.store_answered


def test_a_bug_met_while_the_messages_are_made_fails_its_job_alone() -> None:
    with serving(reporter=ForgetfulReporter("succeeded")) as world:
        world.submit(job_bytes(job_id="a"), job_bytes(audio={"uri": "s3://calls/missing.wav"}))
        completions = {c.ticket.record.offset: c for c in world.ended(2)}

    assert {offset: c.code for offset, c in completions.items()} == {
        0: "internal",
        1: "audio_not_found",
    }
    assert completions[0].setback is not None
    assert world.crashes.empty()


def test_a_job_whose_failure_cannot_be_told_in_full_is_told_in_short() -> None:
    with serving(reporter=ForgetfulReporter("succeeded", "failed")) as world:
        world.submit(job_bytes(job_id="a"))
        [completion] = world.ended(1)
        world.submit(b"not json")
        [other] = world.ended(1)

    result = decode_result(completion.messages[0].value or b"")
    assert (result.job_id, result.audio, completion.code) == ("a", None, "internal")
    assert other.code == "invalid_job"
    assert world.crashes.empty()


def test_a_twin_goes_on_when_the_messages_of_the_first_cannot_be_made() -> None:
    def answers(batch: Sequence[Prepared]) -> Sequence[Answer]:
        assert world.claims.somebody_waits.wait(PATIENCE_SECONDS)
        return one_speaker(batch)

    with serving(FakeOperation(answers), ForgetfulReporter("succeeded")) as world:
        world.submit(job_bytes(), job_bytes())

        assert [completion.code for completion in world.ended(2)] == ["internal", "internal"]
