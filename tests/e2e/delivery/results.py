"""What has come out so far, as a `read_committed` reader sees it, and when did it come?"""

import json
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Message, TopicPartition

from tests.stack.messages import Position

_SECONDS = 30.0
_PAUSE_SECONDS = 0.05
_MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Arrival:
    """One result when it became visible."""

    seconds: float
    """On the monotonic clock."""
    job_id: str
    origin: Position
    written_at: float
    """When its job was written, in seconds of the epoch."""
    published_at: float
    """When its result was handed to the brokers, the same way."""
    ending: str
    """`succeeded`, or an error's code."""
    worker: str

    @classmethod
    def of(cls, message: Message) -> "Arrival":
        result = json.loads(message.value() or b"")
        origin, error = result["origin"], result["error"]
        return cls(
            seconds=time.monotonic(),
            job_id=result["job_id"],
            origin=(origin["partition"], origin["offset"]),
            written_at=datetime.fromisoformat(origin["timestamp"]).timestamp(),
            published_at=message.timestamp()[1] / 1000,
            ending=error["code"] if error else result["status"],
            worker=result["worker"],
        )


@dataclass(slots=True)
class ResultsReader:
    """Reads the results topic from its beginning, on and on."""

    bootstrap: str
    topic: str
    partitions: int
    arrivals: list[Arrival] = field(default_factory=list)
    _consumer: Consumer = field(init=False)

    def __post_init__(self) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": "nobody",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "fetch.wait.max.ms": 50,
            }
        )
        # A topic that was created a moment ago may not be known yet.
        while self._known_partitions() < self.partitions:
            time.sleep(_PAUSE_SECONDS)
        self._consumer.assign(
            [TopicPartition(self.topic, p, OFFSET_BEGINNING) for p in range(self.partitions)]
        )

    def poll(self, seconds: float) -> None:
        """Take note of what has arrived, waiting at most so long for the first."""
        for message in self._consumer.consume(_MOST_AT_ONCE, seconds):
            if error := message.error():
                raise KafkaException(error)
            self.arrivals.append(Arrival.of(message))

    def close(self) -> None:
        """Read no more."""
        self._consumer.close()

    @property
    def repeated(self) -> list[Position]:
        """Jobs that were answered more than once."""
        counts = Counter(arrival.origin for arrival in self.arrivals)
        return [origin for origin, times in counts.items() if times > 1]

    @property
    def endings(self) -> Counter[str]:
        """How often each ending was reached."""
        return Counter(arrival.ending for arrival in self.arrivals)

    def longest_gap_seconds(self, since: float) -> float:
        """The longest time without a result since then, on the monotonic clock, until now."""
        later = (arrival.seconds for arrival in self.arrivals if arrival.seconds > since)
        return max(after - before for before, after in pairwise([since, *later, time.monotonic()]))

    def have_answered(self, partitions: Collection[int], written_after: float) -> bool:
        """Whether each of these partitions has answered a job that was written after that."""
        answered = {a.origin[0] for a in self.arrivals if a.written_at > written_after}
        return answered.issuperset(partitions)

    def partitions_of(self, worker: str) -> list[int]:
        """Those whose latest result is that worker's."""
        latest = {arrival.origin[0]: arrival.worker for arrival in self.arrivals}
        return [p for p in range(self.partitions) if latest.get(p) == worker]

    def _known_partitions(self) -> int:
        return len(self._consumer.list_topics(self.topic, _SECONDS).topics[self.topic].partitions)
