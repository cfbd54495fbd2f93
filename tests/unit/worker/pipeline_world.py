"""How does a test have a pipeline whose stages are real and whose outside world is not?"""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from queue import Queue

from consumer.archive import Archive
from consumer.claims import Claims
from consumer.core.batching import BatchPolicy
from consumer.core.intake import Intake, Served
from consumer.core.model import DecodedAudio
from consumer.core.offsets import Ticket
from consumer.core.ports import Instruments
from consumer.core.reporting import Destinations, Reporter
from consumer.core.scheduling import Stickiness
from consumer.core.work import Completion, ResultKey, Task
from consumer.fetching import Fetcher
from consumer.pipeline import Parts, Pipeline, PipelineSize
from consumer.residency import Keeping, Residency
from schemas.codec import decode_result
from schemas.operations import V1
from schemas.result import Result, StoredResult
from schemas.uri import ObjectUri, PrefixAllowList
from tests.fakes.audio import FakeDecoder, waveform
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import AUDIO_URI, MODEL, OUTPUT_URI, record, ticket
from tests.fakes.object_store import InMemoryObjectStore
from tests.fakes.operation import FakeOperation
from tests.fakes.telemetry import RecordingTelemetry

PATIENCE_SECONDS = 5.0
BOOM_URI = "s3://calls/boom.wav"
SOUND = DecodedAudio(waveform([0.5] * 16_000))
INTAKE = Intake(
    operations={"diarize": Served({MODEL.name: MODEL}, MODEL.name)},
    shapes=V1,
    audio_allowed=PrefixAllowList(["s3://calls/"]),
    output_allowed=PrefixAllowList([OUTPUT_URI]),
    default_output_uri=OUTPUT_URI,
    max_deaths_alone=3,
)
DESTINATIONS = Destinations("results", "dead", 10**6, 10**6)
REPORTER = Reporter("workers", "w1", DESTINATIONS)
SIZE = PipelineSize(
    max_in_flight_jobs=8,
    max_held_bytes=10**9,
    fetch_threads=2,
    cluster_threads=1,
    store_threads=2,
    batches=BatchPolicy(max_jobs=4, max_audio_seconds=100.0, linger_seconds=0.0),
    stickiness=Stickiness(max_run_seconds=60.0, max_wait_seconds=60.0),
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
            residency=Residency(operations, Keeping(1), instruments),
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
