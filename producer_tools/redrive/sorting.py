"""Say which dead letters become jobs again, and what those look like."""

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from producer_tools.kafka.messages import Incoming, Outgoing
from schemas import headers as names
from schemas.codes import ErrorCode
from schemas.dead_letter import DeadLetter
from schemas.headers import Headers, last

_EXAMPLES: Final = 10


class Lot(Enum):
    """What becomes of a letter."""

    REDRIVEN = auto()
    PASSED = auto()
    """It has another code, or was a job of another topic."""
    TRUNCATED = auto()
    """It was to be redriven, and holds only the beginning of its job."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letters are to be redriven."""

    code: ErrorCode
    jobs_topic: str

    def lot(self, letter: Incoming) -> Lot:
        """Decide by the headers alone."""
        code = last(letter.headers, names.ERROR_CODE)
        topic = last(letter.headers, names.ORIGIN_TOPIC)
        if (code, topic) != (self.code.encode(), self.jobs_topic.encode()):
            return Lot.PASSED
        truncated = last(letter.headers, names.TRUNCATED) == b"true"
        return Lot.TRUNCATED if truncated else Lot.REDRIVEN


@dataclass(slots=True)
class Tally:
    """What has become of the letters so far."""

    counts: dict[Lot, int] = field(default_factory=lambda: dict.fromkeys(Lot, 0))
    examples: list[Incoming] = field(default_factory=list)
    """The first of those that are redriven."""

    def add(self, letter: Incoming, lot: Lot) -> None:
        """Count a letter."""
        self.counts[lot] += 1
        if lot is Lot.REDRIVEN and len(self.examples) < _EXAMPLES:
            self.examples.append(letter)


def job_again(letter: Incoming) -> Outgoing:
    """Make the job anew: its key, bytes and headers, and where the letter stands."""
    original: Headers = DeadLetter(letter.key, letter.value or b"", letter.headers).original_headers
    kept = (header for header in original if header[0] != names.REDRIVEN_FROM)
    origin = (names.REDRIVEN_FROM, str(letter.position).encode())
    return Outgoing(letter.key, letter.value or b"", (*kept, origin))
