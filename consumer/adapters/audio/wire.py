"""What do the worker and a decoder child say to one another?

One JSON object per message of a Unix socket. The worker believes none of it: every message is
checked here, and one that is not in order is a `ProtocolViolation`, whoever took the child over.
"""

import json
import math
from dataclasses import dataclass
from typing import Any

from consumer.core.errors import (
    AudioChannelMissing,
    AudioEmpty,
    AudioTooLong,
    AudioTruncated,
    AudioUndecodable,
    JobError,
    OutOfMemory,
)

MESSAGE_BYTES = 4_096
"""Longest message in either direction."""

SAMPLE_BYTES = 4
"""Of a float32, in the memory that the child fills."""

_VERDICTS: dict[str, type[JobError]] = {
    str(verdict.code): verdict
    for verdict in (
        AudioChannelMissing,
        AudioEmpty,
        AudioTooLong,
        AudioTruncated,
        AudioUndecodable,
        OutOfMemory,
    )
}
"""The only errors that a child may put on a job."""

_MESSAGE_CHARACTERS = 300


class ProtocolViolation(Exception):
    """The child said something that it cannot mean."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a child is told when it starts."""

    parent_pid: int
    sample_rate: int
    audio_seconds: float
    memory_bytes: int
    with_resampler: bool


@dataclass(frozen=True, slots=True)
class Order:
    """One file to decode; its descriptor and the one for the samples travel beside it."""

    channel: int | None


@dataclass(frozen=True, slots=True)
class Ready:
    """The child has imported what it needs and locked itself in."""

    is_filtered: bool
    """Whether the kernel accepted the list of allowed system calls."""


@dataclass(frozen=True, slots=True)
class ResamplerNeeded:
    """The file is not at 16 kHz, and this child locked itself in without torch."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What was decoded, and what was noticed on the way."""

    samples: int
    promised_seconds: float | None
    """Duration by the file's own header; null where it has none that binds."""
    decoded_seconds: float
    """Without the silence put in where the track starts late."""
    is_cut: bool
    """The container says that more should follow."""
    broken_packets: int
    missing_seconds: float
    """Holes of the time line inside the recording, filled with silence."""
    unusable_samples: int
    """NaN, infinite or absurdly loud samples, set to zero."""

    def __post_init__(self) -> None:
        _require_count(self.samples, self.broken_packets, self.unusable_samples)
        _require_seconds(self.decoded_seconds, self.missing_seconds, self.promised_seconds or 0.0)
        if type(self.is_cut) is not bool:
            raise ValueError("is_cut is not a truth value")


@dataclass(frozen=True, slots=True)
class Refusal:
    """The file cannot be used: a code of the closed set, and why."""

    code: str
    message: str

    def __post_init__(self) -> None:
        if self.code not in _VERDICTS:
            raise ValueError("not a code of a decoder")
        if type(self.message) is not str or not self.message.isprintable():
            raise ValueError("not a printable message")

    def error(self) -> JobError:
        """Return the error that the job ends with."""
        return _VERDICTS[self.code](self.message)


Answer = Ready | ResamplerNeeded | Findings | Refusal
_ANSWERS: dict[str, type[Answer]] = {
    kind.__name__: kind for kind in (Ready, ResamplerNeeded, Findings, Refusal)
}


def refusal(error: JobError) -> Refusal:
    """Put an error into words that fit a message."""
    text = "".join(character if character.isprintable() else " " for character in str(error))
    return Refusal(str(error.code), text[:_MESSAGE_CHARACTERS])


def encode(message: Setup | Order | Answer) -> bytes:
    """Return the message as it travels."""
    fields = {name: getattr(message, name) for name in message.__slots__}
    return json.dumps({"kind": type(message).__name__, **fields}).encode()


def parse_setup(text: str) -> Setup:
    """Read what the worker said at the start; the worker is trusted."""
    return Setup(**_without_kind(json.loads(text)))


def parse_order(data: bytes) -> Order:
    """Read what the worker asks for; the worker is trusted."""
    return Order(**_without_kind(json.loads(data)))


def parse_answer(data: bytes) -> Answer:
    """Read what a child says. Raises `ProtocolViolation`."""
    try:
        fields = json.loads(data)
        return _ANSWERS[fields["kind"]](**_without_kind(fields))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise ProtocolViolation("the decoder answered out of order") from error


def _without_kind(fields: dict[str, Any]) -> dict[str, Any]:
    # Any: the dataclasses check what arrives when they are made.
    return {name: value for name, value in fields.items() if name != "kind"}


def _require_count(*values: int) -> None:
    if any(type(value) is not int or value < 0 for value in values):
        raise ValueError("not a count")


def _require_seconds(*values: float) -> None:
    if any(
        type(value) not in (int, float) or not math.isfinite(value) or value < 0 for value in values
    ):
        raise ValueError("not a duration")
