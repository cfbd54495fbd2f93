"""How does a test have a Kafka client without Kafka?"""

from dataclasses import dataclass, field

from confluent_kafka import OFFSET_INVALID, KafkaError, KafkaException, TopicPartition

from consumer.core.model import Commit
from tests.fakes.clock import FakeClock


@dataclass(slots=True)
class FakeClient:
    """As much of a consumer as finding out where to read takes."""

    clock: FakeClock
    commits: dict[int, Commit] = field(default_factory=dict)
    log: range = range(100)
    silent: set[int] = field(default_factory=set)
    """Partitions whose commit is not told, because a transaction is open."""
    asked: list[tuple[int, float]] = field(default_factory=list)
    """Whose commits were asked for, and for how long."""
    assigned: dict[int, int] = field(default_factory=dict)
    """Where each partition is read from."""
    paused: set[int] = field(default_factory=set)
    """Also while they are not assigned: the real client remembers."""
    sought: list[tuple[int, int]] = field(default_factory=list)
    stopped: set[int] = field(default_factory=set)
    """Partitions that it does not read any more, and refuses to seek in, until assigned anew."""
    rebalances: bool = False
    """Whether a rebalance has begun that no poll has told of."""

    def committed(self, places: list[TopicPartition], timeout: float) -> list[TopicPartition]:
        [place] = places
        self.asked.append((place.partition, timeout))
        if place.partition in self.silent:
            self.clock.advance(timeout)
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
        commit = self.commits.get(place.partition, Commit(OFFSET_INVALID))
        return [TopicPartition(place.topic, place.partition, commit.offset, commit.metadata)]

    def get_watermark_offsets(self, _: TopicPartition, timeout: float) -> tuple[int, int]:
        return self.log.start, self.log.stop

    def incremental_assign(self, places: list[TopicPartition]) -> None:
        assert not self.rebalances, "the client takes this for the answer"
        for place in places:
            assert place.partition not in self.assigned, "the client refuses this"
            self.assigned[place.partition] = place.offset
            self.stopped.discard(place.partition)

    def incremental_unassign(self, places: list[TopicPartition]) -> None:
        assert not self.rebalances, "the client takes this for the answer"
        for place in places:
            del self.assigned[place.partition]

    def pause(self, places: list[TopicPartition]) -> None:
        self.paused.update(place.partition for place in places)

    def resume(self, places: list[TopicPartition]) -> None:
        self.paused.difference_update(place.partition for place in places)

    def seek(self, place: TopicPartition) -> None:
        if place.partition in self.stopped:
            raise KafkaException(KafkaError(KafkaError._STATE))
        self.sought.append((place.partition, place.offset))
        self.assigned[place.partition] = place.offset
