"""What does one worker do with the jobs of its partitions?

Admission and micro-batches are decided by the worker's own code; threads, device and stores are
what they cost.
"""

from collections import deque
from collections.abc import Callable
from typing import Protocol

from consumer.core.admission import Admission, Load
from consumer.core.batching import ANYBODY, Batch, MicroBatcher, Welcome
from consumer.core.model import Partition
from consumer.core.scheduling import Residents, StickyChoice
from tests.simulation.agenda import Agenda
from tests.simulation.arrival_order import ArrivalOrder
from tests.simulation.costs import DeviceProfile
from tests.simulation.device import Device
from tests.simulation.job import Job
from tests.simulation.options import WorkerOptions
from tests.simulation.pool import Pool
from tests.simulation.room import Room

ASSIGNED = (Partition("jobs", 0),)
"""Stands for all partitions of a worker: a full one pauses them together."""
A_LITTLE = 1e-6
"""Seconds; so that waiting for what is due by rounding alone does not last for ever."""


class Lines(Protocol):
    """Gathers batches: the worker's micro-batcher, or one to compare it with."""

    def add(self, item: Job, now: float) -> None: ...
    def seconds_until_due(self, now: float, welcome: Welcome = ANYBODY) -> float | None: ...
    def next_batch(
        self, now: float, residents: Residents, welcome: Welcome = ANYBODY
    ) -> Batch[Job] | None: ...


def lines_for(options: WorkerOptions) -> Lines:
    if options.is_sticky:
        return MicroBatcher[Job](options.batches, StickyChoice(options.stickiness))
    return ArrivalOrder(options.batches)


class Worker:
    """One member of the group: its part of the log, and the stages that jobs go through."""

    def __init__(
        self,
        agenda: Agenda,
        profile: DeviceProfile,
        options: WorkerOptions,
        ended: Callable[[Job], None],
    ) -> None:
        self._agenda = agenda
        self._ended = ended
        self._costs = options.costs
        self._log: deque[Job] = deque()
        self._jobs = 0
        self._audio_seconds = 0.0
        self._admission = Admission(options.in_flight)
        self._room = Room(options.in_flight.jobs, options.in_flight.bytes)
        costs = self._costs
        self._storing = Pool(agenda, options.store_threads, costs.store, self._publish)
        self._clustering = Pool(agenda, options.cluster_threads, costs.cluster, self._storing.put)
        self._fetching = Pool(
            agenda, options.fetch_threads, costs.fetch, self._stand_in_line, self._room
        )
        self._lines = lines_for(options)
        self.device = Device(
            agenda,
            profile,
            self._conclude,
            turns=options.turns,
            room=options.models_on_device,
        )
        self.device.on_room = self._feed_device

    def arrive(self, job: Job) -> None:
        """A job stands in one of this worker's partitions now."""
        self._log.append(job)
        self._admit()

    def _admit(self) -> None:
        """Take jobs until the worker's own admission says that it is enough."""
        self._regulate()
        while self._log and not self._admission.paused:
            job = self._log.popleft()
            self._jobs += 1
            self._audio_seconds += job.seconds
            self._agenda.after(self._costs.begin, self._fetching.put, job)
            self._regulate()

    def _regulate(self) -> None:
        in_flight = Load(self._jobs, self._audio_seconds, self._room.held_bytes)
        self._admission.regulate(in_flight, ASSIGNED, ())

    def _stand_in_line(self, job: Job) -> None:
        job.ready = self._agenda.now
        self._lines.add(job, job.ready)
        self._regulate()
        self._feed_device()

    def _feed_device(self) -> None:
        """Start batches while the device has room; come again when the oldest job is due."""
        while self.device.has_room:
            now, welcome = self._agenda.now, Welcome(no_long=self.device.has_long)
            batch = self._lines.next_batch(now, self.device.residents, welcome)
            if batch is None:
                due = self._lines.seconds_until_due(now, welcome)
                if due is not None:
                    self._agenda.after(due + A_LITTLE, self._feed_device)
                return
            self.device.start(batch)

    def _conclude(self, job: Job) -> None:
        """Its samples go before it is clustered; what they held up may come."""
        self._room.leave(job)
        self._clustering.put(job)
        self._admit()

    def _publish(self, job: Job) -> None:
        self._agenda.after(self._costs.publish, self._end, job)

    def _end(self, job: Job) -> None:
        job.ended = self._agenda.now
        self._jobs -= 1
        self._audio_seconds -= job.seconds
        self._ended(job)
        self._admit()
