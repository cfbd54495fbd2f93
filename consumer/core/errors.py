"""What can go wrong with a job, and whether trying again could help.

Three families, one decision point. A `PermanentError` fails the job at once, a `RetryableError` may
heal by itself, and anything that is neither is a bug or a dead device. Each leaf states a fact and
carries its code of the contract's closed set.
"""

from typing import ClassVar, Self

from schemas.codes import ErrorCode


class JobError(Exception):
    """A job could not be completed; the message says what was wrong, where, and what to do."""

    code: ClassVar[ErrorCode] = ErrorCode.INTERNAL

    def bare(self) -> Self:
        """Return it anew without its frames: they hold samples, or memory of the device."""
        anew = type(self).__new__(type(self), *self.args)
        anew.__dict__.update(self.__dict__)
        return anew


class PermanentError(JobError):
    """Trying the same job again cannot help."""


class RetryableError(JobError):
    """The world may heal: the same job may succeed later."""


class InvalidJob(PermanentError):
    code = ErrorCode.INVALID_JOB


class UnsupportedOperation(PermanentError):
    code = ErrorCode.UNSUPPORTED_OPERATION


class OperationDisabled(PermanentError):
    code = ErrorCode.OPERATION_DISABLED


class ModelRefused(PermanentError):
    code = ErrorCode.MODEL_REFUSED


class ModelUnavailable(RetryableError):
    code = ErrorCode.MODEL_UNAVAILABLE


class AudioUriRefused(PermanentError):
    code = ErrorCode.AUDIO_URI_REFUSED


class AudioNotFound(PermanentError):
    code = ErrorCode.AUDIO_NOT_FOUND


class AudioForbidden(PermanentError):
    code = ErrorCode.AUDIO_FORBIDDEN


class AudioChanged(PermanentError):
    code = ErrorCode.AUDIO_CHANGED


class AudioReplaced(RetryableError):
    """It was replaced while it was read; the job names no version, so the next attempt has one."""

    code = ErrorCode.AUDIO_CHANGED


class AudioTooLarge(PermanentError):
    code = ErrorCode.AUDIO_TOO_LARGE


class AudioTooLong(PermanentError):
    code = ErrorCode.AUDIO_TOO_LONG


class AudioUndecodable(PermanentError):
    code = ErrorCode.AUDIO_UNDECODABLE


class AudioEmpty(PermanentError):
    code = ErrorCode.AUDIO_EMPTY


class AudioTruncated(PermanentError):
    code = ErrorCode.AUDIO_TRUNCATED


class AudioChannelMissing(PermanentError):
    code = ErrorCode.AUDIO_CHANNEL_MISSING


class SpeakerBoundsImpossible(PermanentError):
    code = ErrorCode.SPEAKER_BOUNDS_IMPOSSIBLE


class RangeImpossible(PermanentError):
    code = ErrorCode.RANGE_IMPOSSIBLE


class OutputUriRefused(PermanentError):
    code = ErrorCode.OUTPUT_URI_REFUSED


class OutputNotWritable(PermanentError):
    code = ErrorCode.OUTPUT_NOT_WRITABLE


class OutputConflict(PermanentError):
    code = ErrorCode.OUTPUT_CONFLICT


class OutOfMemory(RetryableError):
    code = ErrorCode.OUT_OF_MEMORY


class DeadlinePassed(PermanentError):
    code = ErrorCode.DEADLINE_PASSED


class NoLongerOurs(RetryableError):
    """The partition went to another worker, which answers the job; this is never published."""


class StorageUnavailable(RetryableError):
    """A store gave no definite answer about an object."""

    code = ErrorCode.STORAGE_UNAVAILABLE

    def __init__(self, message: str, place: str | None = None, everybody: bool = False) -> None:
        super().__init__(message)
        self.place = place
        """The object that was asked for."""
        self.everybody = everybody
        """No job's fault: nothing answers, or the credentials are refused."""


class CrashedWorker(RetryableError):
    """The process died each time it ran this job alone."""

    code = ErrorCode.CRASHED_WORKER


class Internal(RetryableError):
    """Our own bug, met by one job: logged with its traceback, the worker goes on."""

    @classmethod
    def of(cls, error: Exception) -> Self:
        """Name the bug without quoting it: it may hold what must not leave the worker."""
        return cls(f"{type(error).__name__} in this worker; its log has the traceback")


class CannotStart(Exception):
    """The worker must not join its group; the message says what is in the way."""


class Unreachable(CannotStart):
    """Something that the worker needs did not answer at start; the message says what was tried."""


class StoreUnreachable(Unreachable):
    """No object store gave an answer; a later start may find one that does."""


class StoreError(Exception):
    """An object store's definite answer about one object; the caller knows which code it means."""


class ObjectNotFound(StoreError):
    """Nothing is stored under this name."""


class ObjectForbidden(StoreError):
    """The credentials may not do this; S3 says so of a missing key too, without list permission."""


class BucketNotFound(StoreError):
    """The bucket, or the root directory, does not exist."""


class ObjectExists(StoreError):
    """A conditional create found somebody else's object already there."""


class ObjectChanged(StoreError):
    """The object is no longer the version that was opened or asked for."""


class ObjectTooLarge(StoreError):
    """The object has more bytes than were to be read at once."""


class ConditionalCreateUnsupported(StoreError):
    """The store does not know how to create an object only where there is none."""


class DeviceDead(Exception):
    """The device is lost to this process (a CUDA context after a fault): hand back and exit."""


class Fenced(Exception):
    """Another living process uses our transactional id; only one of the two may go on."""


class PublisherHung(Exception):
    """Calls into the client library keep hanging; a fresh process can go on."""


class PartitionRefused(Exception):
    """A partition cannot be served without guessing; the message says why and what to do."""
