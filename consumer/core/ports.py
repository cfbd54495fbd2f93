"""What does the worker need from the outside world?

Adapters fulfil these protocols and tests fake them; only `consumer.app` knows which is which.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from consumer.core.ending import Ending
from consumer.core.model import (
    CatalogueModel,
    DecodedAudio,
    Diarization,
    ObjectIdentity,
    Partition,
    Publication,
    Record,
    Recording,
)
from consumer.core.start import Start
from consumer.core.steps import Steps
from consumer.core.telemetry import Telemetry
from consumer.core.work import Prepared
from schemas.operation import OperationResult
from schemas.result import ResultWarning, StoredResult
from schemas.uri import ObjectUri


class Clock(Protocol):
    """Time as the worker sees it."""

    def monotonic(self) -> float: ...
    def sleep(self, seconds: float) -> None: ...
    def utc(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Instruments:
    """What every stage needs to know the time and to report."""

    clock: Clock
    telemetry: Telemetry


class AssignmentListener(Protocol):
    """Whoever must know which partitions are ours; called on the main thread, inside `poll`."""

    def on_assigned(self, starts: Sequence[Start]) -> None:
        """The partitions are ours and it is known where to read on; records follow.

        Once per assignment, also later than the rebalance; they begin resumed.
        """

    def on_refused(self, partition: Partition, reason: str) -> None:
        """The partition is ours and cannot be served: nothing more of it will be delivered."""

    def on_skipped(self, partition: Partition, lost: range) -> None:
        """Retention removed these offsets before they were read."""

    def on_revoked(self, partitions: Sequence[Partition]) -> None:
        """The partitions are ours until this returns: publish what is finished, then let go.

        Only partitions that were told of, refused ones included; so also when they are lost.
        """

    def on_lost(self, partitions: Sequence[Partition]) -> None:
        """The partitions are somebody else's already: publish nothing."""


@dataclass(frozen=True, slots=True)
class EndOfPartition:
    """Everything before this offset has been delivered, and nothing stands behind it yet."""

    partition: Partition
    offset: int


class JobSource(Protocol):
    """A partitioned log of jobs. Only the main thread touches it."""

    def subscribe(self, listener: AssignmentListener) -> None: ...
    def poll(self, timeout_seconds: float) -> Sequence[Record | EndOfPartition]:
        """Return what has arrived, waiting at most the time-out for the first of it.

        While it is not known where a partition begins, up to about a second longer.
        """

    def pause(self, partitions: Collection[Partition]) -> None: ...
    def resume(self, partitions: Collection[Partition]) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a publication ended.

    Its messages are out or go again, its commits are made or go again. With transactions both are
    one.
    """

    publication: Publication
    published: bool
    committed: bool
    problem: str = ""
    refused: bool = False
    """The brokers will never take this content: sending the same again cannot help."""

    @property
    def ending(self) -> Ending:
        """The same in a word."""
        if self.refused:
            return Ending.REFUSED
        if self.committed:
            return Ending.COMMITTED
        return Ending.HALF if self.published else Ending.ABORTED


class Publisher(Protocol):
    """Puts results, dead letters and commits out, one publication at a time, without blocking.

    Hand over, then collect the outcome between polls. `outcome` is None while it is not known yet.
    """

    def hand_over(self, publication: Publication) -> None: ...
    def outcome(self) -> Outcome | None: ...
    def settle(self, timeout_seconds: float) -> Outcome | None:
        """Wait for the outcome without polling the source: for the last words in a revocation."""

    def withdraw(self, partitions: Collection[Partition]) -> None:
        """Commit nothing more for these: they are somebody else's, who may have come further.

        Brokers do not mind a plain commit: they ask whether a member commits, not whether the
        partition is its. A transaction needs no help: it carries its member's epoch, and who owns
        the partition next cannot read its commit before the transaction has ended.
        """

    def close(self) -> None: ...


class OpenObject(Protocol):
    """A download that has begun: its headers are known, its body is read only when asked for."""

    @property
    def identity(self) -> ObjectIdentity: ...
    def chunks(self) -> Iterator[bytes]:
        """Yield the body of exactly this identity.

        Raises `ObjectChanged` when it was replaced meanwhile, `StorageUnavailable` when the link
        stays broken.
        """


class ObjectStore(Protocol):
    """Named bytes. Every method may be called from several threads.

    Raises `ObjectNotFound`, `ObjectForbidden`, `BucketNotFound` (the store's definite answers) and
    `StorageUnavailable` (no definite answer: outage, throttling, expired or wrong credentials,
    clock skew).
    """

    def open(
        self, uri: ObjectUri, version_id: str | None = None
    ) -> AbstractContextManager[OpenObject]: ...
    def read(self, uri: ObjectUri, max_bytes: int) -> bytes:
        """Return a small object whole."""

    def create(self, uri: ObjectUri, data: bytes, content_type: str) -> str:
        """Store the bytes unless the name is taken (`ObjectExists`); return the unquoted etag."""


class AudioDecoder(Protocol):
    """Encoded bytes in, mono 16 kHz float32 out; called from several threads."""

    def decode(self, file_descriptor: int, channel: int | None) -> DecodedAudio:
        """Decode the whole file behind the descriptor (seekable, read from its start, left open).

        `channel` is 0-based; None is the mean of all. Raises `AudioUndecodable`, `AudioEmpty`,
        `AudioTooLong`, `AudioChannelMissing`, `AudioTruncated`.
        """


class Diarizer(Protocol):
    """A loaded diarization model. Only the device thread touches it."""

    def diarize(self, batch: Sequence[Recording]) -> Steps[Diarization]:
        """Say who spoke when; as `LoadedModel.run`."""

    def unload(self) -> None:
        """Give back the memory of the device; what was given out may be concluded after this."""


LoadDiarizer = Callable[[CatalogueModel], Diarizer]
"""Loads a model of the catalogue; raises `ModelUnavailable` with what to do about it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation found out about one recording."""

    result: OperationResult
    warnings: tuple[ResultWarning, ...] = ()


Conclude = Callable[[], Answer]
"""What is left to do without the device; raises `JobError`."""


class LoadedModel(Protocol):
    """A model on the device, ready for its operation. Only the device thread touches it."""

    def run(self, batch: Sequence[Prepared]) -> Steps[Answer]:
        """Answer a batch, a step at a time; steps of two batches may alternate.

        Those whom a step tells of leave the batch: hold on to none, their samples are to be free.

        One bad recording never fails its neighbours: its conclusion raises. Raises `OutOfMemory`,
        `DeviceDead`, or whatever a bug raises: what no step has told of yet is then run again.
        """

    def unload(self) -> None:
        """Give back the memory of the device; what was given out may be concluded after this."""


class Operation(Protocol):
    """A kind of work: which model it needs, and what becomes of its answer."""

    @property
    def engine_version(self) -> int:
        """Raised by a release that may change answers; part of every result's identity."""

    @property
    def formats(self) -> Mapping[str, str]:
        """What else stored answers are written in beside json, with the content type of each."""

    def load(self, model: CatalogueModel) -> LoadedModel:
        """Put a model on the device; raises `ModelUnavailable`."""

    def render(self, format_name: str, stored: StoredResult) -> bytes:
        """Derive one of the formats from the stored answer; the same bytes on any worker."""
