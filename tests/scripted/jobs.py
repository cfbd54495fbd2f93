"""How are workers given jobs whose recordings are scripts, on which partition, and when?"""

import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from confluent_kafka import Producer

from tests.fakes.jobs import job_bytes
from tests.scripted.recordings import Behaviour, Instructions

_FLUSH_SECONDS = 30.0


@dataclass(slots=True)
class JobWriter:
    """Writes jobs whose recordings, which are files, say what becomes of whoever listens."""

    bootstrap: str
    topic: str
    audio_uri: str
    """The prefix below which recordings lie."""
    partitions: int
    sent: int = 0
    _numbers: "count[int]" = field(default_factory=count)
    _producer: Producer = field(init=False)

    def __post_init__(self) -> None:
        self._producer = Producer(
            {"bootstrap.servers": self.bootstrap, "linger.ms": 0, "log_level": 0}
        )

    def send(
        self,
        number: int = 1,
        milliseconds: int = 0,
        behaviour: Behaviour = Behaviour.ANSWER,
        partition: int | None = None,
        job_id: str | None = None,
        *,
        waits: bool = True,
    ) -> None:
        """Write so many jobs, on one partition or on each in turn, and wait until they stand.

        Each has an id of its own unless it is named.
        """
        uri = self._recording(Instructions(0, behaviour, milliseconds))
        for each in (next(self._numbers) for _ in range(number)):
            name = job_id or f"{behaviour.name.lower()}-{milliseconds}-{each}"
            job = job_bytes(job_id=name, audio={"uri": uri})
            where = each % self.partitions if partition is None else partition
            self._producer.produce(self.topic, job, partition=where)
        self.sent += number
        if waits:
            self._flush()
        else:
            self._producer.poll(0)

    def send_bytes(self, value: bytes, partition: int = 0) -> None:
        """Write whatever it is, behind what was written before."""
        self._producer.produce(self.topic, value, partition=partition)
        self._flush()

    def _flush(self) -> None:
        assert self._producer.flush(_FLUSH_SECONDS) == 0

    def _recording(self, instructions: Instructions) -> str:
        name = f"{instructions.behaviour.name.lower()}-{instructions.milliseconds}.wav"
        uri = f"{self.audio_uri}{name}"
        path = Path(uri.removeprefix("file://"))
        if not path.exists():
            path.write_bytes(instructions.wav())
        return uri


@dataclass(slots=True)
class SteadyLoad:
    """So many jobs each second, on all partitions in turn."""

    writer: JobWriter
    per_second: float
    milliseconds: int
    _offered: int = 0
    _began: float = field(default_factory=time.monotonic)

    def tick(self) -> None:
        """Write what is due."""
        due = int((time.monotonic() - self._began) * self.per_second) - self._offered
        self.writer.send(due, self.milliseconds, waits=False)
        self._offered += due
