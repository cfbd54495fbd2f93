"""Make up sound that keeps a diarizer busy: two hummed voices that take turns."""

from math import pi, sin
from random import Random
from typing import Final

from producer_tools.load.seeds import random_numbers

_SAMPLE_RATE: Final = 16_000
_PATTERN_SECONDS: Final = 8
_TURN_SECONDS: Final = _PATTERN_SECONDS / 2
_PAUSE_SECONDS: Final = 0.6
_SYLLABLES_PER_SECOND: Final = 4
_LOUDNESS: Final = 6_000
_NOISE: Final = 40


def pattern(variant: int) -> bytes:
    """Return 8 s of 16 bits and 16 kHz that can follow upon themselves; each variant differs."""
    random = random_numbers(variant, "sound")
    pitches = (random.uniform(90, 140), random.uniform(170, 240))
    seconds = (number / _SAMPLE_RATE for number in range(_SAMPLE_RATE * _PATTERN_SECONDS))
    samples = (_sample(second, pitches, random) for second in seconds)
    return b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples)


def _sample(second: float, pitches: tuple[float, float], random: Random) -> int:
    turn, within = divmod(second, _TURN_SECONDS)
    noise = _NOISE * random.uniform(-1, 1)
    if within > _TURN_SECONDS - _PAUSE_SECONDS:
        return round(noise)
    phase = 2 * pi * pitches[int(turn)] * second
    voice = sin(phase) + sin(2 * phase) / 2 + sin(5 * phase) / 4
    return round(_LOUDNESS * voice * sin(pi * _SYLLABLES_PER_SECOND * second) ** 2 + noise)
