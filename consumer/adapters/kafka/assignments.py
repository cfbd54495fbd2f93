"""Which partitions are ours, and which offset of each may be delivered next?"""

import logging
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass

from confluent_kafka import Consumer, KafkaException, TopicPartition

from consumer.adapters.kafka.inquiries import Inquiries, Onward, Refused
from consumer.adapters.kafka.lookup import place_of
from consumer.core.model import Partition, Record
from consumer.core.ports import AssignmentListener, EndOfPartition
from consumer.core.start import Start

log = logging.getLogger(__name__)

CALLBACK_SECONDS = 2.0
"""How long a rebalance may wait until it is known where to read."""
TURN_SECONDS = 0.5
"""How long one poll may."""
ANYWHERE = 0
"""Where a paused partition stands until more is known: an offset it would be read from is better
than none, with which the client looks for one of its own."""


@dataclass(slots=True, eq=False)
class Reading:
    """One partition for as long as it is ours; compared by identity."""

    position: int | None = None
    """The next offset to be delivered; None: not known yet, or never."""
    told: bool = False
    """Whether the listener knows that the partition is ours."""
    live: bool = True


class Assignments:
    """Owns what the consumer is assigned; its methods are the consumer's callbacks."""

    def __init__(
        self, consumer: Consumer, listener: AssignmentListener, inquiries: Inquiries
    ) -> None:
        self._consumer = consumer
        self._listener = listener
        self._inquiries = inquiries
        self._readings: dict[Partition, Reading] = {}

    def on_assign(self, _: Consumer, places: list[TopicPartition]) -> None:
        """Begin where it is known at once; the client remembers pauses of an earlier time."""
        partitions = _named(places)
        for partition in partitions:
            self._readings[partition] = Reading()
            self._inquiries.begin(partition)
        self._inquiries.ask(CALLBACK_SECONDS)
        answers = self._inquiries.take(partitions)
        starts = [answer for answer in answers.values() if isinstance(answer, Start)]
        known = {start.partition: start.position for start in starts}
        self._consumer.incremental_assign([place_of(p, known.get(p, ANYWHERE)) for p in partitions])
        self._consumer.pause([place_of(p) for p in partitions if p not in known])
        self._consumer.resume([place_of(p) for p in known])
        self._begin(starts)

    def on_revoke(self, _: Consumer, places: list[TopicPartition]) -> None:
        if told := self._told(places):
            self._listener.on_revoked(told)
        self._release(places)

    def on_lost(self, _: Consumer, places: list[TopicPartition]) -> None:
        if told := self._told(places):
            self._listener.on_lost(told)
        self._release(places)

    def fell_out(self, partition: Partition) -> None:
        """The log no longer holds the next offset: the client says so once, and reads no more."""
        reading = self._readings.get(partition)
        if reading and reading.position is not None:
            fields = {"partition": str(partition), "offset": reading.position}
            log.warning("the log does not hold the next offset", extra=fields)
            self._inquiries.begin(partition, reading.position)

    def inquire(self) -> None:
        """Ask again about what is not known yet."""
        self._inquiries.ask(TURN_SECONDS)

    def settle(self) -> None:
        """Go on where it is known by now.

        Only while no rebalance is known to be under way: see `_read_from`.
        """
        starts = []
        for partition, answer in self._inquiries.take(self._inquiries.partitions).items():
            match answer:
                case Start():
                    self._consumer.resume([place_of(partition)])
                    self._read_from(partition, answer.position)
                    starts.append(answer)
                case Onward(position, lost):
                    self._read_from(partition, position)
                    self._readings[partition].position = position
                    if lost:
                        self._listener.on_skipped(partition, lost)
                case Refused(reason):
                    self._refuse(partition, reason)
        self._begin(starts)

    def accept(self, event: Record | EndOfPartition) -> Reading | None:
        """Whose next record, or end, this is; None for a straggler of an earlier assignment."""
        reading = self._readings.get(event.partition)
        if reading is None or reading.position is None:
            return None
        if event.offset < reading.position:
            return None
        reading.position = event.offset + isinstance(event, Record)
        return reading

    def pause(self, partitions: Iterable[Partition]) -> None:
        self._consumer.pause(self._readable(partitions))

    def resume(self, partitions: Iterable[Partition]) -> None:
        """Read on at once: seeking wakes the client, which else may sleep for a second first."""
        places = self._readable(partitions)
        self._consumer.resume(places)
        for place in places:
            with suppress(KafkaException):  # its next offset is gone: nothing is read for now
                self._consumer.seek(place)

    def _begin(self, starts: Collection[Start]) -> None:
        for start in starts:
            reading = self._readings[start.partition]
            reading.position, reading.told = start.position, True
        if starts:
            self._listener.on_assigned(tuple(starts))

    def _refuse(self, partition: Partition, reason: str) -> None:
        reading = self._readings[partition]
        reading.position, reading.told = None, True
        self._consumer.pause([place_of(partition)])
        self._listener.on_refused(partition, reason)

    def _read_from(self, partition: Partition, position: int) -> None:
        """Seek; assign it anew where the client has stopped reading, and so refuses to.

        Not at once: the client takes an assignment for the answer to a rebalance that has begun
        behind our back since the last poll, and others may then begin with what we still do.
        """
        try:
            self._consumer.seek(place_of(partition, position))
        except KafkaException:
            self._consumer.incremental_unassign([place_of(partition)])
            self._consumer.incremental_assign([place_of(partition, position)])

    def _readable(self, partitions: Iterable[Partition]) -> list[TopicPartition]:
        """Those that are read: a refused one stays paused whatever anybody says."""
        readings = [(p, self._readings[p]) for p in partitions if p in self._readings]
        return [place_of(p, r.position) for p, r in readings if r.position is not None]

    def _told(self, places: Iterable[TopicPartition]) -> list[Partition]:
        return [p for p in _named(places) if p in self._readings and self._readings[p].told]

    def _release(self, places: list[TopicPartition]) -> None:
        partitions = _named(places)
        self._inquiries.end(partitions)
        self._consumer.incremental_unassign(places)
        for partition in partitions:
            if reading := self._readings.pop(partition, None):
                reading.live = False


def _named(places: Iterable[TopicPartition]) -> list[Partition]:
    return [Partition(place.topic, place.partition) for place in places]
