"""What does the worker need from the outside world?

Adapters fulfil these protocols and tests fake them; only `consumer.app` knows which is which.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from consumer.core.errors import JobError
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
from schemas.uri import ObjectUri


class Clock(Protocol):
    """Time as the worker sees it."""

    def monotonic(self) -> float: ...
    def utc(self) -> datetime: ...


class AssignmentListener(Protocol):
    """Whoever must know which partitions are ours; called on the main thread, inside `poll`."""

    def on_assigned(self, partitions: Sequence[Partition]) -> None: ...
    def on_revoked(self, partitions: Sequence[Partition]) -> None:
        """The partitions are ours until this returns: publish what is finished, then let go."""

    def on_lost(self, partitions: Sequence[Partition]) -> None:
        """The partitions are somebody else's already: publish nothing."""


class JobSource(Protocol):
    """A partitioned log of jobs. Only the main thread touches it."""

    def subscribe(self, listener: AssignmentListener) -> None: ...
    def poll(self, timeout_seconds: float) -> Sequence[Record]:
        """Return what has arrived, waiting at most the time-out for the first record."""

    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a publication ended: all of it is out, or all of it has to go again."""

    publication: Publication
    published: bool
    problem: str = ""


class Publisher(Protocol):
    """Puts results, dead letters and offsets out, one publication at a time, without blocking.

    Hand over, then collect the outcome between polls. `outcome` is None while it is not known yet.
    """

    def hand_over(self, publication: Publication) -> None: ...
    def outcome(self) -> Outcome | None: ...
    def settle(self, timeout_seconds: float) -> Outcome | None:
        """Wait for the outcome without polling the source: for the last words in a revocation."""

    def close(self) -> None: ...


class OpenObject(Protocol):
    """A download that has begun: its headers are known, its body is read only when asked for."""

    @property
    def identity(self) -> ObjectIdentity: ...
    def chunks(self) -> Iterator[bytes]:
        """Yield the body of exactly this identity.

        Raises `ObjectChanged` when it was replaced meanwhile, `StorageUnavailable` when the link stays broken.
        """


class ObjectStore(Protocol):
    """Named bytes. Every method may be called from several threads.

    Raises `ObjectNotFound`, `ObjectForbidden`, `BucketNotFound` (the store's definite answers) and
    `StorageUnavailable` (no definite answer: outage, throttling, expired or wrong credentials, clock skew).
    """

    def open(
        self, uri: ObjectUri, version_id: str | None = None
    ) -> AbstractContextManager[OpenObject]: ...
    def read(self, uri: ObjectUri, max_bytes: int) -> bytes:
        """Return a small object whole."""

    def create(self, uri: ObjectUri, data: bytes, content_type: str) -> str:
        """Store the bytes unless the name is taken (`ObjectExists`); return the etag, without quotes."""


class AudioDecoder(Protocol):
    """Encoded bytes in, mono 16 kHz float32 out. Called from several threads, one recording each."""

    def decode(self, file_descriptor: int, channel: int | None) -> DecodedAudio:
        """Decode the whole file behind the descriptor (seekable, read from its start, left open).

        `channel` is 0-based; None is the mean of all. Raises `AudioUndecodable`, `AudioEmpty`,
        `AudioTooLong`, `AudioChannelMissing`, `AudioTruncated`.
        """


class Diarizer(Protocol):
    """A loaded model. Only the device thread touches it."""

    def diarize(self, batch: Sequence[Recording]) -> Sequence[Diarization | JobError]:
        """Say who spoke when. Same length, same order; one bad recording never fails its neighbours."""

    def unload(self) -> None:
        """Give back the memory of the device."""


LoadDiarizer = Callable[[CatalogueModel], Diarizer]
"""Loads a model of the catalogue; raises `ModelUnavailable` with what to do about it."""


class Telemetry(Protocol):
    """Where the loop and the stages report what happened; never decides anything."""

    def record_skipped(self, record: Record) -> None:
        """A tombstone: no job, nothing to do."""

    def job_settled(self, operation: str, status: str, code: str | None) -> None: ...
    def stage_took(self, stage: str, seconds: float) -> None: ...
    def batch_ran(self, jobs: int, audio_seconds: float, reason: str) -> None: ...
    def model_loaded(self, name: str, seconds: float) -> None: ...
    def late_completion_dropped(self) -> None: ...
    def publication_failed(self, problem: str) -> None: ...
    def assigned(self, partitions: int) -> None: ...
    def in_flight(self, jobs: int) -> None: ...


OffsetMap = Mapping[Partition, int]
