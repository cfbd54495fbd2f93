"""How does a test turn the real main loop among fakes?"""

import sys
from dataclasses import replace
from typing import Self

from consumer.core.admission import UNLIMITED, Admission, Load
from consumer.core.breaker import Breaker
from consumer.core.dead_letter_limit import DeadLetterLimit
from consumer.core.lifecycle import Bounds, Lifecycle
from consumer.core.model import Message, Partition
from consumer.core.offsets import Ledger
from consumer.core.outbox import Outbox
from consumer.core.ports import Instruments
from consumer.core.retry import RetryPolicy
from consumer.core.triage import Triage
from consumer.core.work import Completion
from consumer.core.workload import Workload
from consumer.processor import StreamProcessor
from consumer.publishing import COMPANY_SECONDS, Publishing
from schemas.commit_metadata import Mark, decode
from tests.fakes.clock import FakeClock
from tests.fakes.job_source import TOPIC, InMemoryBroker, InMemoryJobSource
from tests.fakes.publisher import InMemoryPublisher
from tests.fakes.stages import FakeStages
from tests.fakes.telemetry import RecordingTelemetry

GRACE_SECONDS = 25.0
REVOKE_SECONDS = 20.0
DRAIN_SECONDS = 5.0
RETRY_DELAYS_SECONDS = (30.0, 300.0)
DEAD_LETTER_LIMIT_PERCENT = 50.0
QUIET_TURNS = 10


class LoopWorker:
    """A worker whose loop is the real one; the test finishes its jobs and turns it."""

    def __init__(
        self,
        broker: InMemoryBroker,
        clock: FakeClock,
        high: int = 4,
        metadata_max_bytes: int = 4096,
        transactional: bool = True,
    ) -> None:
        self.broker, self.clock = broker, clock
        self.source = InMemoryJobSource(broker)
        self.stages = FakeStages()
        self.publisher = InMemoryPublisher(self.source, clock, transactional=transactional)
        self.telemetry = RecordingTelemetry()
        self.lifecycle = Lifecycle(GRACE_SECONDS)
        self.breaker = Breaker()
        ledger = Ledger(metadata_max_bytes)
        instruments = self.instruments_on(clock)
        self.loop = StreamProcessor(
            source=self.source,
            stages=self.stages,
            ledger=ledger,
            publishing=Publishing(self.publisher, ledger, Outbox(rewritten), instruments),
            workload=Workload(
                Triage(RetryPolicy(RETRY_DELAYS_SECONDS), self.breaker, lambda: 0.5),
                DeadLetterLimit(DEAD_LETTER_LIMIT_PERCENT),
            ),
            admission=Admission(Load(high, UNLIMITED, sys.maxsize)),
            lifecycle=self.lifecycle,
            instruments=instruments,
            bounds=Bounds(REVOKE_SECONDS, DRAIN_SECONDS),
        )

    def instruments_on(self, clock: FakeClock) -> Instruments:
        return Instruments(clock, self.telemetry)

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

    def quiesce(self) -> None:
        """Turn until nothing is left to do but wait for jobs to end; no retry falls due."""
        for _ in range(QUIET_TURNS):
            self.loop.turn()
            self.clock.advance(COMPANY_SECONDS)

    @property
    def under_way(self) -> list[int]:
        """The offsets of the jobs that the stages work on, in the order in which they began."""
        return [ticket.record.offset for ticket in self.stages.working]

    @property
    def marks(self) -> dict[int, Mark]:
        """What the first partition's commit tells a new owner about jobs that are not finished."""
        commit = self.broker.commits[Partition(TOPIC, 0)]
        return dict(decode(commit.offset, commit.metadata).open)

    @property
    def published(self) -> list[str]:
        """The positions of the jobs that were answered, in the order of their answers."""
        return [(message.key or b"").decode() for message in self.broker.published]


def worker_of(partitions: int = 1, high: int = 4) -> LoopWorker:
    """A worker of a group of its own."""
    return LoopWorker(InMemoryBroker(partitions), FakeClock(), high)


def working(*partitions: int, high: int = 4) -> LoopWorker:
    """A worker with one job under way for each of these partitions."""
    worker = worker_of(max(partitions) + 1, high).joined()
    worker.produce(*partitions)
    worker.quiesce()
    assert len(worker.under_way) == len(partitions)
    return worker


def rewritten(completion: Completion, problem: str) -> Completion:
    """What is published instead of a result that brokers refuse."""
    assert problem
    messages = tuple(
        Message(message.topic, message.key, b"!", ()) for message in completion.messages
    )
    return replace(completion, messages=messages, status="failed", code="internal")
