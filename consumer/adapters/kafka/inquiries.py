"""Of which partitions is it not known yet where to read on, and when is it asked again?"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from confluent_kafka import Consumer

from consumer.adapters.kafka.lookup import NoAnswer, read_commit, read_log
from consumer.core.errors import PartitionRefused
from consumer.core.model import Partition
from consumer.core.start import Start, starting_point

log = logging.getLogger(__name__)

FIRST_TRY_SECONDS = 0.1
"""Enough where nothing is in the way; each further try of a partition may take longer by this."""
LONGEST_TRY_SECONDS = 0.5
SHORTEST_TRY_SECONDS = 0.05
PAUSE_SECONDS = 0.5
"""Between two tries of a partition: the loop has other things to do."""
TRIES_TO_WARNING = 3
TRIES_BETWEEN_WARNINGS = 60
BELIEVED_SECONDS = 5.0
"""How long a refusal is looked at again: a leader that is new may not know yet where its log ends.
"""


@dataclass(frozen=True, slots=True)
class Onward:
    """Where a partition is read on whose log no longer held the next offset."""

    position: int
    lost: range


@dataclass(frozen=True, slots=True)
class Refused:
    """The partition cannot be served, and why."""

    reason: str


Answer = Start | Onward | Refused


@dataclass(slots=True, eq=False)
class Inquiry:
    """What was asked about one partition, how often, and the answer."""

    partition: Partition
    position: int | None
    """The next offset that was to be delivered; None: the partition is new."""
    tries: int = 0
    not_before: float = 0.0
    refused_since: float | None = None
    answer: Answer | None = None

    @property
    def patience_seconds(self) -> float:
        return min(LONGEST_TRY_SECONDS, FIRST_TRY_SECONDS * (1 + self.tries))

    def put_off(self, now: float, reason: str) -> None:
        self.tries += 1
        self.not_before = now + PAUSE_SECONDS
        if self.tries % TRIES_BETWEEN_WARNINGS == TRIES_TO_WARNING:
            fields = {"partition": str(self.partition), "reason": reason}
            log.warning("not known yet where to read on", extra=fields)


class Inquiries:
    """Asks by a consumer of the group, in short tries; owns the questions and their answers."""

    def __init__(self, consumer: Consumer, clock: Callable[[], float] = time.monotonic) -> None:
        self._consumer = consumer
        self._clock = clock
        self._open: dict[Partition, Inquiry] = {}

    def begin(self, partition: Partition, position: int | None = None) -> None:
        """Want to know where to read; `position`: where the log could not be read any more.

        Then not at once: brokers that disagree on what the log holds would be asked for ever.
        """
        not_before = 0.0 if position is None else self._clock() + PAUSE_SECONDS
        self._open[partition] = Inquiry(partition, position, not_before=not_before)

    def end(self, partitions: Iterable[Partition]) -> None:
        for partition in partitions:
            self._open.pop(partition, None)

    def ask(self, seconds: float) -> None:
        """Ask for what is due, for at most about so long."""
        deadline = self._clock() + seconds
        for inquiry in sorted(self._open.values(), key=lambda inquiry: inquiry.not_before):
            now = self._clock()
            if now > deadline - SHORTEST_TRY_SECONDS:
                return
            if inquiry.answer is None and inquiry.not_before <= now:
                self._ask(inquiry, min(deadline - now, inquiry.patience_seconds))

    def take(self, partitions: Iterable[Partition]) -> Mapping[Partition, Answer]:
        """Return the answers there are about these partitions, once."""
        asked = {p: self._open[p].answer for p in partitions if p in self._open}
        answers = {partition: answer for partition, answer in asked.items() if answer}
        self.end(answers)
        return answers

    @property
    def partitions(self) -> list[Partition]:
        """Whose answers are outstanding, or have not been taken."""
        return sorted(self._open)

    def _ask(self, inquiry: Inquiry, seconds: float) -> None:
        try:
            inquiry.answer = self._answer(inquiry, seconds)
        except NoAnswer as error:
            inquiry.put_off(self._clock(), str(error))
        except PartitionRefused as error:
            now = self._clock()
            if inquiry.refused_since is None:
                inquiry.refused_since = now
            if now - inquiry.refused_since < BELIEVED_SECONDS:
                inquiry.put_off(now, str(error))
            else:
                inquiry.answer = Refused(str(error))

    def _answer(self, inquiry: Inquiry, seconds: float) -> Answer:
        if inquiry.position is not None:
            log = read_log(self._consumer, inquiry.partition, seconds)
            return _onward(inquiry.partition, inquiry.position, log)
        committed = read_commit(self._consumer, inquiry.partition, seconds)
        log = read_log(self._consumer, inquiry.partition, seconds)
        return starting_point(inquiry.partition, committed, log)


def _onward(partition: Partition, position: int, log: range) -> Onward:
    if position > log.stop:
        raise PartitionRefused(
            f"{partition}: read up to offset {position}, and now the log ends at {log.stop}. It "
            "was truncated, or its topic was created anew: reset the group's offsets of it"
        )
    return Onward(max(position, log.start), range(position, max(position, log.start)))
