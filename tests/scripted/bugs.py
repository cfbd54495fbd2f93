"""Which bugs can be planted in a worker, to see whether the oracle catches them?

Each is a mistake that somebody could make in the worker's own code, and is made there.
"""
# ruff: noqa: B010 - what is planted does not fit the types of what it replaces

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from confluent_kafka import Consumer, TopicPartition

from consumer.adapters.kafka import source
from consumer.adapters.kafka.assignments import Assignments
from consumer.adapters.kafka.inquiries import Inquiries
from consumer.adapters.kafka.transaction import Ending, StepFailed, Transaction
from consumer.adapters.kafka.verdict import Verdict
from consumer.adapters.object_store.directory import DirectoryObjectStore
from consumer.core import start
from consumer.core.assignment import Assignment
from consumer.core.dispatch import Dispatcher
from consumer.core.errors import ObjectExists
from consumer.core.model import Commit, Message, Record
from consumer.core.offsets import Ticket
from consumer.core.ports import AssignmentListener, EndOfPartition
from consumer.core.reporting import Reporter
from schemas.commit_metadata import Progress
from schemas.result import Result
from schemas.result_parts import ResultError
from schemas.uri import ObjectUri
from tests.scripted.traps import TrappedProducer

Positions = list[TopicPartition]

_ARRIVAL_SECONDS = 0.3


def _commit_past_unfinished() -> None:
    """Whatever was delivered counts as finished."""

    def commit(self: Assignment) -> Commit | None:
        reached = Commit(max(self._next, self._end))
        return None if reached == self._committed else reached

    setattr(Assignment, "commit", commit)
    setattr(Assignment, "committed", lambda self, commit: setattr(self, "_committed", commit))


def _ignore_finished_set() -> None:
    """A new owner reads on at the committed offset, and does everything from there again."""
    setattr(start, "decode", lambda offset, _: Progress(offset))


def _drop_delayed_retry() -> None:
    """What is to be tried again later is forgotten."""
    setattr(Dispatcher, "put_off", lambda self, ticket, due: None)


def _commit_offset_outside_transaction() -> None:
    """Results go out in a transaction; their offsets follow by a plain commit."""
    commit_plainly, commit = _plain_commits(), TrappedProducer.commit_transaction
    pending: list[Positions] = []

    def note(self: TrappedProducer, positions: Positions, *_: Any) -> None:
        pending[:] = [positions]

    def commit_both(self: TrappedProducer, *timeout: float) -> None:
        commit(self, *timeout)
        commit_plainly(pending.pop())

    setattr(TrappedProducer, "send_offsets_to_transaction", note)
    setattr(TrappedProducer, "commit_transaction", commit_both)


def _mark_by_plain_commit() -> None:
    """Marks are written again beside the transaction: the broker then drops its offsets."""
    commit_plainly, send = _plain_commits(), TrappedProducer.send_offsets_to_transaction
    marks: list[Positions] = []

    def send_and_mark(self: TrappedProducer, positions: Positions, *others: Any) -> None:
        send(self, positions, *others)
        if marks:
            commit_plainly(marks.pop())
        marks[:] = [positions]

    setattr(TrappedProducer, "send_offsets_to_transaction", send_and_mark)


def _take_abort_for_success() -> None:
    """What was aborted counts as published."""
    ended = Transaction._ended

    def mistaken(self: Transaction, failed: StepFailed) -> Ending:
        ending = ended(self, failed)
        return replace(ending, verdict=None) if ending.verdict is Verdict.ABORT else ending

    setattr(Transaction, "_ended", mistaken)


def _publish_after_revoke() -> None:
    """Nobody looks whether the partition is still ours."""
    setattr(Ticket, "live", property(lambda _: True))


def _no_resume_on_assign() -> None:
    """The client remembers that a partition was paused when it left; nobody tells it otherwise."""

    class Forgetful(Assignments):
        def __init__(
            self, consumer: Consumer, listener: AssignmentListener, inquiries: Inquiries
        ) -> None:
            super().__init__(_NeverResuming(consumer), listener, inquiries)  # type: ignore[arg-type]
            self._real = consumer

        def resume(self, partitions: Any) -> None:
            self._real.resume(self._readable(partitions))

    setattr(source, "Assignments", Forgetful)


def _overwrite_object() -> None:
    """The last writer wins."""
    create = DirectoryObjectStore.create

    def overwrite(self: DirectoryObjectStore, uri: ObjectUri, data: bytes, kind: str) -> str:
        try:
            return create(self, uri, data, kind)
        except ObjectExists:
            Path(uri.path).unlink()
            return create(self, uri, data, kind)

    setattr(DirectoryObjectStore, "create", overwrite)


def _dead_letter_without_bytes() -> None:
    """The letter says what went wrong, and not with what."""
    letter = Reporter._dead_letter_message

    def empty(self: Reporter, record: Record, result: Result, error: ResultError) -> Message:
        return replace(letter(self, record, result, error), value=b"")

    setattr(Reporter, "_dead_letter_message", empty)


class _NeverResuming:
    """A consumer whose `resume` does nothing."""

    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._consumer, name)

    def resume(self, _: Positions) -> None:
        """Nothing."""


def _plain_commits() -> Callable[[Positions], None]:
    """Ask the loop's thread for a plain commit: the client hangs when another thread commits."""
    asked: SimpleQueue[Positions] = SimpleQueue()
    poll = source.KafkaJobSource.poll

    def commit_and_poll(
        self: source.KafkaJobSource, timeout_seconds: float
    ) -> Sequence[Record | EndOfPartition]:
        while not asked.empty():
            self._consumer.commit(offsets=asked.get(), asynchronous=True)
        return poll(self, timeout_seconds)

    def ask(positions: Positions) -> None:
        asked.put(positions)
        time.sleep(_ARRIVAL_SECONDS)

    setattr(source.KafkaJobSource, "poll", commit_and_poll)
    return ask


BUGS: Mapping[str, Callable[[], None]] = {
    "commit-past-unfinished": _commit_past_unfinished,
    "finished-set-ignored": _ignore_finished_set,
    "delayed-retry-dropped": _drop_delayed_retry,
    "offset-outside-transaction": _commit_offset_outside_transaction,
    "marker-by-plain-commit": _mark_by_plain_commit,
    "abort-taken-for-success": _take_abort_for_success,
    "publish-after-revoke": _publish_after_revoke,
    "no-resume-on-assign": _no_resume_on_assign,
    "object-overwritten": _overwrite_object,
    "dead-letter-without-bytes": _dead_letter_without_bytes,
}
