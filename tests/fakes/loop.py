"""How does a test turn the real main loop among fakes?"""

from typing import Self

from consumer.core.admission import Admission
from consumer.core.lifecycle import Lifecycle
from consumer.processor import StreamProcessor
from tests.fakes.clock import FakeClock
from tests.fakes.job_source import InMemoryBroker, InMemoryJobSource
from tests.fakes.publisher import InMemoryPublisher
from tests.fakes.stages import FakeStages
from tests.fakes.telemetry import RecordingTelemetry

GRACE_SECONDS = 25.0
REVOKE_SECONDS = 20.0


class LoopWorker:
    """A worker whose loop is the real one; the test finishes its jobs and turns it."""

    def __init__(self, broker: InMemoryBroker, clock: FakeClock, high: int = 4) -> None:
        self.broker, self.clock = broker, clock
        self.source = InMemoryJobSource(broker)
        self.stages = FakeStages()
        self.publisher = InMemoryPublisher(self.source, clock)
        self.telemetry = RecordingTelemetry()
        self.lifecycle = Lifecycle(GRACE_SECONDS)
        self.loop = StreamProcessor(
            source=self.source,
            stages=self.stages,
            publisher=self.publisher,
            admission=Admission(high, high // 2),
            lifecycle=self.lifecycle,
            telemetry=self.telemetry,
            clock=clock,
            revoke_seconds=REVOKE_SECONDS,
        )

    def joined(self) -> Self:
        """In the group, where the test turns the loop itself."""
        self.source.subscribe(self.loop)
        return self

    def produce(self, *partitions: int) -> None:
        for partition in partitions:
            self.broker.produce(b"{}", partition)

    def turn(self, times: int = 1) -> None:
        for _ in range(times):
            self.loop.turn()
            self.clock.advance(1.0)

    @property
    def published(self) -> list[str]:
        """The positions of the jobs that were answered, in the order of their answers."""
        return [(message.key or b"").decode() for message in self.broker.published]
