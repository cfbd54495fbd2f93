"""Say what the parts of a result are: whose it is, of what, by which weights, and how it went."""

from typing import Self

from schemas.codes import ErrorCode, WarningCode
from schemas.position import Position
from schemas.wire import (
    ETag,
    Name,
    Seconds,
    Sha256,
    Timestamp,
    Uri,
    VersionId,
    WholeNumber,
    WireModel,
)

MAX_MESSAGE_CHARACTERS = 1000


class Origin(WireModel):
    """Which message this is the answer to: the job's identity."""

    group: Name
    """The consumer group that did the work."""
    topic: Name
    """The topic the job was read from."""
    partition: WholeNumber
    """The partition the job was read from."""
    offset: WholeNumber
    """The job's offset."""
    timestamp: Timestamp | None = None
    """The record's timestamp; null when the record has none."""

    @property
    def position(self) -> Position:
        """Where the message stands."""
        return Position(self.topic, self.partition, self.offset)


class ResolvedAudio(WireModel):
    """The audio as it was found; null: the job ended before that was known."""

    uri: Uri
    """The job's `audio.uri`."""
    version_id: VersionId | None = None
    """The version that was read; null where the bucket has none."""
    etag: ETag | None = None
    """The entity tag of what was read."""
    sha256: Sha256 | None = None
    """SHA-256 of the bytes that were read."""
    channel: WholeNumber | None = None
    """The channel listened to, from 0; null is the mean of all."""
    duration_seconds: Seconds | None = None
    """How long the decoded audio is."""


class ModelIdentity(WireModel):
    """Which weights gave the answer."""

    name: Name
    """The name in the worker's catalogue."""
    id: Name
    """The hub id, or the name again for a local directory."""
    revision: Name | None = None
    """The pinned revision; null for a local directory."""
    sha256: Sha256 | None = None
    """SHA-256 over the model's files, as the catalogue pins it; null: it pins none."""


class Output(WireModel):
    """One object that was written."""

    format: Name
    """The object's format: json, rttm."""
    uri: Uri
    """Where it lies."""
    etag: ETag | None = None
    """Its entity tag."""
    sha256: Sha256
    """SHA-256 of its bytes."""
    size_bytes: WholeNumber
    """Its length."""


class ResultWarning(WireModel):
    """What to mind although the answer is useful."""

    code: Name
    """A stable word; new ones may appear."""
    message: str
    """A sentence for people."""

    @classmethod
    def of(cls, code: WarningCode, message: str) -> Self:
        """Make a warning of the closed set that workers write."""
        return cls(code=code, message=message[:MAX_MESSAGE_CHARACTERS])


class ResultError(WireModel):
    """Why there is no answer."""

    code: Name
    """A stable word; new ones may appear."""
    message: str
    """A sentence for people."""
    retryable: bool
    """Whether the same job, sent later, may succeed; handle unknown codes by it."""

    @classmethod
    def of(cls, code: ErrorCode, message: str) -> Self:
        """Make an error of the closed set that workers write."""
        return cls(code=code, message=message[:MAX_MESSAGE_CHARACTERS], retryable=code.retryable)


class Timings(WireModel):
    """Where the time went, in seconds; null: the job did not come so far."""

    queued: Seconds | None = None
    """From the record's timestamp until the worker took it."""
    fetch: Seconds | None = None
    """Reading the audio from the store."""
    decode: Seconds | None = None
    """Turning it into samples."""
    device_wait: Seconds | None = None
    """Waiting for the device and for company in its batch."""
    device: Seconds | None = None
    """On the device."""
    cluster: Seconds | None = None
    """From embeddings to turns."""
    store: Seconds | None = None
    """Writing the objects."""
