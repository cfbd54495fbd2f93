"""How does a test run a device thread and hear its answers?"""

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue

from consumer.core.batching import BatchPolicy, MicroBatcher
from consumer.core.errors import JobError
from consumer.core.model import CatalogueModel
from consumer.core.ports import Answer, Instruments
from consumer.core.work import Prepared
from consumer.device import DeviceThread
from consumer.residency import Residency
from tests.fakes.clock import FakeClock
from tests.fakes.operation import FakeOperation
from tests.fakes.telemetry import RecordingTelemetry

PATIENCE_SECONDS = 5.0
BROKEN = CatalogueModel("broken", "broken")
POLICY = BatchPolicy(max_jobs=2, max_audio_seconds=100.0, linger_seconds=0.0)


class Device:
    """The thread, and what came out of it."""

    def __init__(
        self, operation: FakeOperation, policy: BatchPolicy = POLICY, capacity: int = 2
    ) -> None:
        self.clock, self.telemetry = FakeClock(), RecordingTelemetry()
        self.answers: Queue[tuple[Prepared, Answer | JobError]] = Queue()
        self.crashes: Queue[BaseException] = Queue()
        instruments = Instruments(self.clock, self.telemetry)
        self.thread = DeviceThread(
            MicroBatcher(policy),
            Residency({"diarize": operation}, 1, instruments),
            lambda prepared, answer: self.answers.put((prepared, answer)),
            instruments,
            self.crashes.put,
            capacity=capacity,
        )

    def answer(self) -> Answer | JobError:
        return self.answers.get(timeout=PATIENCE_SECONDS)[1]


@contextmanager
def running(
    operation: FakeOperation, *waiting: Prepared, policy: BatchPolicy = POLICY
) -> Iterator[Device]:
    """A device that finds these recordings when it starts."""
    device = Device(operation, policy)
    for recording in waiting:
        device.thread.put(recording)
    with device.thread:
        yield device
