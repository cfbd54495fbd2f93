"""How are jobs sent, at once or at a steady rate, and when was each of them?"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from confluent_kafka import Producer

from tests.fakes.jobs import job_bytes

FLUSH_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Request:
    """What one job asks for."""

    uri: str
    model: str | None = None
    """None: the default one of the worker."""


@dataclass(slots=True)
class Sender:
    """Writes jobs to the partitions in turn, each under a name of its own."""

    bootstrap: str
    topic: str
    partitions: int
    _numbers: "count[int]" = field(default_factory=count)
    _producer: Producer = field(init=False)

    def __post_init__(self) -> None:
        self._producer = Producer({"bootstrap.servers": self.bootstrap, "linger.ms": 0})

    def send(
        self, requests: Sequence[Request], per_second: float | None = None
    ) -> Mapping[str, float]:
        """Write jobs, all at once without a rate; return when each was sent (Unix seconds)."""
        sent, began = {}, time.monotonic()
        for index, request in enumerate(requests):
            if per_second is not None:
                time.sleep(max(0.0, began + index / per_second - time.monotonic()))
            number = next(self._numbers)
            job_id = f"job-{number}"
            sent[job_id] = time.time()
            self._producer.produce(
                self.topic, _job(job_id, request), partition=number % self.partitions
            )
            self._producer.poll(0)
        assert self._producer.flush(FLUSH_SECONDS) == 0
        return sent


def _job(job_id: str, request: Request) -> bytes:
    model = {} if request.model is None else {"model": request.model}
    return job_bytes(job_id=job_id, audio={"uri": request.uri}, **model)
