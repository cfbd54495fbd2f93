"""Say with which words a result tells why it failed, or what to mind although it succeeded."""

from enum import StrEnum


class ErrorCode(StrEnum):
    """Why a job ended without an answer: metric label, header, log field and `error.code`."""

    INVALID_JOB = "invalid_job"
    UNSUPPORTED_OPERATION = "unsupported_operation"
    OPERATION_DISABLED = "operation_disabled"
    MODEL_REFUSED = "model_refused"
    MODEL_UNAVAILABLE = "model_unavailable"
    AUDIO_URI_REFUSED = "audio_uri_refused"
    AUDIO_NOT_FOUND = "audio_not_found"
    AUDIO_FORBIDDEN = "audio_forbidden"
    AUDIO_CHANGED = "audio_changed"
    AUDIO_TOO_LARGE = "audio_too_large"
    AUDIO_TOO_LONG = "audio_too_long"
    AUDIO_UNDECODABLE = "audio_undecodable"
    AUDIO_EMPTY = "audio_empty"
    AUDIO_TRUNCATED = "audio_truncated"
    AUDIO_CHANNEL_MISSING = "audio_channel_missing"
    SPEAKER_BOUNDS_IMPOSSIBLE = "speaker_bounds_impossible"
    RANGE_IMPOSSIBLE = "range_impossible"
    OUTPUT_URI_REFUSED = "output_uri_refused"
    OUTPUT_NOT_WRITABLE = "output_not_writable"
    OUTPUT_CONFLICT = "output_conflict"
    OUT_OF_MEMORY = "out_of_memory"
    DEVICE_FAILURE = "device_failure"
    DEADLINE_PASSED = "deadline_passed"
    CRASHED_WORKER = "crashed_worker"
    STORAGE_UNAVAILABLE = "storage_unavailable"
    INTERNAL = "internal"

    @property
    def retryable(self) -> bool:
        """Whether the same job, sent later, may succeed without anybody changing it."""
        return self in RETRYABLE


class WarningCode(StrEnum):
    """What a reader should mind although the answer is still useful: `warnings[].code`."""

    AUDIO_TRUNCATED = "audio_truncated"
    SPEAKER_BOUNDS_IMPOSSIBLE = "speaker_bounds_impossible"
    RANGE_IMPOSSIBLE = "range_impossible"


# Judged by one question: may the very same message succeed later, with nothing in it or in the
# object it points at changed? What only an operator's or a producer's act can cure is not.
RETRYABLE = frozenset(
    {
        ErrorCode.MODEL_UNAVAILABLE,
        ErrorCode.OUT_OF_MEMORY,
        ErrorCode.DEVICE_FAILURE,
        ErrorCode.CRASHED_WORKER,
        ErrorCode.STORAGE_UNAVAILABLE,
        ErrorCode.INTERNAL,
    }
)
