"""At which step does a worker meet its end, and how does the driver choose it from outside?

The driver writes a trap into a file; the worker looks at each step whether it stands in one. A
signal goes to the worker itself or to a broker, so that the broker goes in mid-transaction.
"""

import os
import signal
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer, TopicPartition

from consumer.core.ports import ObjectStore, OpenObject
from schemas.uri import ObjectUri

TRAP_VARIABLE, BUG_VARIABLE = "SCRIPTED_TRAP", "SCRIPTED_BUG"
"""Tell a worker where its trap lies, and which bug is planted in it."""

_LOOK_SECONDS = 0.05
_REFUSAL = KafkaError(
    KafkaError.TOPIC_AUTHORIZATION_FAILED, "refused by a trap", txn_requires_abort=True
)


class Step(StrEnum):
    """Where traps can be set, in the order in which a job passes them."""

    FETCH = "fetch"
    BEFORE_OBJECT = "before-object"
    AFTER_OBJECT = "after-object"
    MESSAGES_SENT = "messages-sent"
    IN_TRANSACTION = "in-transaction"
    AFTER_COMMIT = "after-commit"


class Harm(StrEnum):
    """What a trap does."""

    SIGNAL = "signal"
    HANG = "hang"
    """The call returns when the driver lets it go, and else never."""
    REFUSAL = "refusal"
    """The call fails, and its transaction can only be aborted."""


@dataclass(frozen=True, slots=True)
class Trap:
    """What happens at a step; a signal goes to a process (0: to whoever steps in)."""

    step: Step
    harm: Harm = Harm.SIGNAL
    number: signal.Signals = signal.SIGKILL
    pid: int = 0

    def write(self, path: Path) -> None:
        """Set it; the worker must never read half of it."""
        _release_of(path).unlink(missing_ok=True)
        draft = path.with_suffix(".draft")
        draft.write_text(f"{self.step} {self.harm} {int(self.number)} {self.pid}")
        draft.replace(path)

    @classmethod
    def read(cls, path: Path) -> "Trap | None":
        """The trap that is set, if any."""
        try:
            step, harm, number, pid = path.read_text().split()
        except FileNotFoundError:
            return None
        return cls(Step(step), Harm(harm), signal.Signals(int(number)), int(pid))

    def spring(self, path: Path) -> None:
        """Let it happen; the path is where the trap was set."""
        match self.harm:
            case Harm.SIGNAL:
                os.kill(self.pid or os.getpid(), self.number)
            case Harm.HANG:
                while not _release_of(path).exists():
                    time.sleep(_LOOK_SECONDS)
            case Harm.REFUSAL:
                raise KafkaException(_REFUSAL)


def release(path: Path) -> None:
    """Let go of the call that hangs in the trap set there."""
    _release_of(path).touch()


def _release_of(path: Path) -> Path:
    return path.with_suffix(".released")


@dataclass(frozen=True, slots=True)
class Trapped:
    """A worker's own view of its trap."""

    path: Path

    def at(self, step: Step) -> None:
        """Spring the trap if it is set for this step; each trap is sprung once."""
        trap = Trap.read(self.path)
        if trap is not None and trap.step is step:
            try:
                self.path.unlink()
            except FileNotFoundError:
                return  # another thread stepped in first
            trap.spring(self.path)


@dataclass(frozen=True, slots=True)
class TrappedStore:
    """The worker's object store, with the steps of a job around it."""

    inner: ObjectStore
    trapped: Trapped

    def open(
        self, uri: ObjectUri, version_id: str | None = None
    ) -> AbstractContextManager[OpenObject]:
        self.trapped.at(Step.FETCH)
        return self.inner.open(uri, version_id)

    def read(self, uri: ObjectUri, max_bytes: int) -> bytes:
        return self.inner.read(uri, max_bytes)

    def create(self, uri: ObjectUri, data: bytes, content_type: str) -> str:
        self.trapped.at(Step.BEFORE_OBJECT)
        etag = self.inner.create(uri, data, content_type)
        self.trapped.at(Step.AFTER_OBJECT)
        return etag


class TrappedProducer(Producer):
    """The worker's producer, with the steps of a transaction around it."""

    def __init__(self, trapped: Trapped, properties: Mapping[str, Any], **others: Any) -> None:
        super().__init__(dict(properties), **others)
        self._trapped = trapped
        self._has_messages = False

    def begin_transaction(self) -> None:
        super().begin_transaction()
        self._has_messages = False

    def produce(self, topic: str, *message: Any, **options: Any) -> None:
        self._has_messages = True
        super().produce(topic, *message, **options)

    def send_offsets_to_transaction(
        self, positions: list[TopicPartition], group_metadata: Any, *timeout: float
    ) -> None:
        """Between these two steps a transaction holds messages, and then offsets too."""
        if self._has_messages:
            self._trapped.at(Step.MESSAGES_SENT)
        super().send_offsets_to_transaction(positions, group_metadata, *timeout)
        self._trapped.at(Step.IN_TRANSACTION)

    def commit_transaction(self, *timeout: float) -> None:
        """After it everything is out, and the worker does not know it yet."""
        super().commit_transaction(*timeout)
        if self._has_messages:
            self._trapped.at(Step.AFTER_COMMIT)
