"""When did which job get its answer, as a reader of committed results sees it?"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean
from typing import Any

from confluent_kafka import Consumer, TopicPartition

from tests.benchmarks.service.figures import percentile

POLL_SECONDS = 0.5
CLUMP = 500
"""Of answers that one transaction made visible together."""


class NoAnswer(Exception):
    """A contender has ended, answers too late, or an answer is not what was asked for."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One result, as a reader got it."""

    job_id: str
    seen_at: float
    """In Unix seconds."""
    size_bytes: int
    timings: Mapping[str, float] = field(default_factory=dict)
    """Seconds by stage, as a worker tells them; stages that a job did not pass are absent."""
    completed_at: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A job, from its writing until a reader had its result."""

    sent_at: float
    result: Arrival

    @property
    def seconds(self) -> float:
        return self.result.seen_at - self.sent_at


@dataclass(frozen=True, slots=True)
class Served:
    """Jobs that were sent together and have all been answered."""

    answers: Sequence[Answer]
    cpu_seconds: float
    """Of the contender and its children, between the first job and the last answer."""

    @property
    def jobs_per_second(self) -> float:
        """Between the first answer and the last."""
        seen = [answer.result.seen_at for answer in self.answers]
        return (len(seen) - 1) / (max(seen) - min(seen))

    @property
    def seconds(self) -> float:
        """From the first job to the last answer."""
        return max(each.result.seen_at for each in self.answers) - min(
            each.sent_at for each in self.answers
        )

    @property
    def cpu_ms_per_job(self) -> float:
        return 1000 * self.cpu_seconds / len(self.answers)

    @property
    def answer_bytes(self) -> float:
        """Mean size of a result message."""
        return mean(answer.result.size_bytes for answer in self.answers)

    def latency_ms(self, percent: float) -> float:
        """How long so many percent took at most."""
        return 1000 * percentile([answer.seconds for answer in self.answers], percent)


class Reader:
    """Reads a results topic from its beginning. Owns a consumer: `close` it."""

    def __init__(self, bootstrap: str, topic: str, partitions: int) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": "nobody",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "fetch.wait.max.ms": 50,
            }
        )
        self._consumer.assign([TopicPartition(topic, each, 0) for each in range(partitions)])

    def close(self) -> None:
        self._consumer.close()

    def read(self, number: int, seconds: float, is_alive: Callable[[], bool]) -> list[Arrival]:
        """Wait for so many results. Raises `NoAnswer`."""
        found: dict[str, Arrival] = {}
        deadline = time.monotonic() + seconds
        while len(found) < number:
            if not is_alive() or time.monotonic() > deadline:
                raise NoAnswer(f"{len(found)} of {number} jobs were answered")
            found |= {arrival.job_id: arrival for arrival in self._arrivals()}
        return list(found.values())

    def _arrivals(self) -> Iterator[Arrival]:
        """Yield what has come; the first wakes us at once, the others lie behind it."""
        first = self._consumer.poll(POLL_SECONDS)
        if first is None:
            return
        now = time.time()
        for record in (first, *self._consumer.consume(CLUMP, timeout=0)):
            value = record.value()
            if record.error() is None and value is not None:
                yield _arrival(value, now)


def _arrival(value: bytes, seen_at: float) -> Arrival:
    message: dict[str, Any] = json.loads(value)
    if message["status"] != "succeeded":
        raise NoAnswer(f"a job ended otherwise: {message['error']}")
    timings = message.get("timings", {})
    return Arrival(
        message["job_id"],
        seen_at,
        len(value),
        {stage: seconds for stage, seconds in timings.items() if seconds is not None},
        message.get("completed_at", ""),
    )
