"""What does a tiny recording tell the fake engine to do, and what is the right answer to it?"""

import io
import wave
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from consumer.core.model import SAMPLE_RATE

_MAGIC = 12_345
_SAMPLES = 1_600
_FULL_SCALE = 32_768
_DIGIT = 1 << 15
"""A 16-bit sample that is not negative holds a digit of this base."""


class Behaviour(IntEnum):
    """What becomes of the process that listens to a recording."""

    ANSWER = 0
    SEGFAULT = 1
    """A bug of native code: the process is gone at once."""
    GET_KILLED = 2
    """The kernel ends the process for the memory that it took."""
    EXHAUST_MEMORY = 3
    """Memory is refused, to whatever thread asks at that moment."""
    STUMBLE = 4
    """A failure that heals: the first try in a process fails."""


@dataclass(frozen=True, slots=True)
class Instructions:
    """A recording's number, and what its listener is to do."""

    number: int
    behaviour: Behaviour = Behaviour.ANSWER
    milliseconds: int = 0
    """How long listening takes."""

    def wav(self) -> bytes:
        """A tenth of a second of 16 kHz mono whose first samples are these instructions."""
        values = [_MAGIC, self.behaviour, *_digits(self.milliseconds), *_digits(self.number)]
        noise = sha256(repr(self).encode()).digest() * (_SAMPLES // 32)
        file = io.BytesIO()
        with wave.open(file, "wb") as writer:
            writer.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
            writer.writeframes(array("h", [*values, *noise[len(values) : _SAMPLES]]).tobytes())
        return file.getvalue()


def instructions(samples: Sequence[float]) -> Instructions | None:
    """Read them back from a decoded waveform; None when it has none."""
    values = [round(sample * _FULL_SCALE) for sample in samples[:6]]
    if len(values) < 6 or values[0] != _MAGIC:
        return None
    return Instructions(
        number=values[4] * _DIGIT + values[5],
        behaviour=Behaviour(values[1]),
        milliseconds=values[2] * _DIGIT + values[3],
    )


def speakers(number: int) -> list[str]:
    """Who speaks in each equal part of the recording: the right answer, from its number alone."""
    digest = sha256(str(number).encode()).digest()
    return [f"SPEAKER_{digest[part] % 3:02d}" for part in range(2 + digest[31] % 4)]


def _digits(value: int) -> tuple[int, int]:
    return divmod(value, _DIGIT)
