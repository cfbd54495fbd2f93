"""Where do the logs of our partitions end, also of those that are paused?

The consumer does not know: of what it does not fetch it hears nothing, and asking it would hold up
the loop.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Self

from confluent_kafka import IsolationLevel, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._listoffsets import OffsetSpec

from consumer.adapters.kafka.configuration import CLIENT_LOG, Properties
from consumer.core.model import Partition

log = logging.getLogger("turnstream.worker")

EVERY_SECONDS = 5.0
REQUEST_SECONDS = 5.0
FUTURE_SECONDS = REQUEST_SECONDS + 1.0
"""The client keeps its own limit first, and says more about it."""
TRIES = 3
"""In vain, in a row, before brokers count as away."""

Saw = Callable[[Mapping[Partition, int], float], None]
"""Told where logs end, and when that was on the monotonic clock."""


class LogEnds:
    """Asks now and then from a thread of its own, with a client of its own; owns both."""

    def __init__(
        self,
        properties: Properties,
        topic: str,
        partitions: Callable[[], Iterable[Partition]],
        saw: Saw,
    ) -> None:
        self._client = AdminClient(properties, logger=CLIENT_LOG)
        self._topic = topic
        self._partitions = partitions
        self._saw = saw
        self._failures = 0
        self._problem = ""
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log-ends", daemon=True)

    def why_not(self) -> str | None:
        """Say why it is not known where the logs end; None while it is."""
        if self._failures < TRIES:
            return None
        return f"the brokers do not say where logs end: {self._problem}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Ask no more; an answer that is outstanding is not waited for."""
        self._closing.set()

    def ask(self) -> None:
        """Ask once, for at most `FUTURE_SECONDS`."""
        self._client.poll(0)
        try:
            ends = self._ends(list(self._partitions()))
        except (KafkaException, TimeoutError) as error:
            self._failures += 1
            self._problem = str(error) or type(error).__name__
            log.info("log ends are not known", extra={"reason": self._problem})
            return
        self._failures = 0
        self._saw(ends, time.monotonic())

    def _run(self) -> None:
        while not self._closing.wait(EVERY_SECONDS):
            self.ask()

    def _ends(self, partitions: list[Partition]) -> Mapping[Partition, int]:
        """Where readers of what is committed stop reading.

        With no partition at least hear whether brokers answer at all.
        """
        if not partitions:
            self._client.list_topics(self._topic, timeout=REQUEST_SECONDS)
            return {}
        latest = OffsetSpec.latest()  # type: ignore[no-untyped-call]  # the client's own omission
        wanted = {TopicPartition(p.topic, p.number): latest for p in partitions}
        answers = self._client.list_offsets(
            wanted,
            isolation_level=IsolationLevel.READ_COMMITTED,
            request_timeout=REQUEST_SECONDS,
        )
        return {
            Partition(place.topic, place.partition): answer.result(FUTURE_SECONDS).offset
            for place, answer in answers.items()
        }
