"""How does a test run a device thread and hear its answers?"""

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue

from consumer.core.batching import BatchPolicy, MicroBatcher
from consumer.core.errors import JobError
from consumer.core.model import CatalogueModel
from consumer.core.ports import Answer, Conclude, Instruments
from consumer.core.scheduling import Stickiness, StickyChoice
from consumer.core.work import Prepared, Task
from consumer.device import DeviceThread
from consumer.residency import Keeping, Residency
from consumer.waiting_room import WaitingRoom
from tests.fakes.clock import FakeClock
from tests.fakes.operation import FakeOperation
from tests.fakes.telemetry import RecordingTelemetry

PATIENCE_SECONDS = 5.0
BROKEN = CatalogueModel("broken", "broken")
POLICY = BatchPolicy(max_jobs=2, max_audio_seconds=100.0, linger_seconds=0.0, long_seconds=60.0)
STICKINESS = Stickiness(max_run_seconds=60.0, max_wait_seconds=120.0)
ROOM, LARGEST = 100, 10**9


class Device:
    """The thread, and what came out of it."""

    def __init__(
        self,
        operation: FakeOperation,
        policy: BatchPolicy = POLICY,
        max_resident: int = 1,
        room: int = ROOM,
        batcher: MicroBatcher[Prepared] | None = None,
    ) -> None:
        self.clock, self.telemetry = FakeClock(), RecordingTelemetry()
        self.answers: Queue[tuple[Task, Answer | JobError]] = Queue()
        self.crashes: Queue[BaseException] = Queue()
        self.room = WaitingRoom(room, room * LARGEST)
        instruments = Instruments(self.clock, self.telemetry)
        self.thread = DeviceThread(
            batcher or MicroBatcher(policy, StickyChoice(STICKINESS)),
            Residency({"diarize": operation}, Keeping(max_resident), instruments),
            self.room,
            self._conclude,
            instruments,
            self.crashes.put,
        )

    def _conclude(self, concluded: Task, conclude: Conclude) -> None:
        try:
            answer: Answer | JobError = conclude()
        except JobError as error:
            answer = error
        self.answers.put((concluded, answer))

    def answer(self) -> Answer | JobError:
        return self.answers.get(timeout=PATIENCE_SECONDS)[1]


@contextmanager
def running(
    operation: FakeOperation,
    *waiting: Prepared,
    policy: BatchPolicy = POLICY,
    max_resident: int = 1,
    room: int = ROOM,
) -> Iterator[Device]:
    """A device that finds these recordings when it starts."""
    device = Device(operation, policy, max_resident, room)
    for recording in waiting:
        device.room.enter(recording)
    with device.thread:
        yield device
