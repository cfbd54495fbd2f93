"""What is the engine compared on? Real speech, whole, in pieces, and mixed to any length."""

from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray

from consumer.core.model import SAMPLE_RATE, Recording, SpeakerBounds
from tests.fakes.speech import CLIPS, meeting, phone_call, waveform

Samples = NDArray[np.float32]

LENGTHS = (0.1, 1.0, 5.0, 7.0, 9.99, 10.0, 10.01, 30.0)
"""Seconds: below, at and above the length of a window."""
ONE_SPEAKER = "trn02"
"""The clip whose reference knows one person alone."""
NUMBERS = (None, 1, 2, 3, 5, 20)
CLIP_SECONDS = 30.0
BUSY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Named:
    """A recording, what was asked about it, and what to call both."""

    name: str
    samples: Samples
    bounds: SpeakerBounds = field(default_factory=SpeakerBounds)

    @property
    def recording(self) -> Recording:
        return Recording(waveform(self.samples), self.bounds)

    @property
    def seconds(self) -> float:
        return len(self.samples) / SAMPLE_RATE


def clips() -> list[Named]:
    """Return every real recording there is: the phone call, then the meetings."""
    names = sorted(path.stem for path in CLIPS.glob("*.wav"))
    return [
        Named("call", phone_call()),
        *(Named(name, meeting(name, CLIP_SECONDS)) for name in names),
    ]


def voices(seconds: float) -> Samples:
    """Return a stretch of each real recording, one after the other: what calibrates networks."""
    length, start = round(seconds * SAMPLE_RATE), 8 * SAMPLE_RATE
    return np.concatenate([clip.samples[start : start + length] for clip in clips()])


def excerpts() -> list[Named]:
    """Return recordings of every length that treads near a border, silence and one speaker."""
    call = phone_call()
    cut = [Named(f"call, {each} s", call[-round(each * SAMPLE_RATE) :]) for each in LENGTHS]
    quiet = [
        Named(f"silence, {each} s", np.zeros(round(each * SAMPLE_RATE), np.float32))
        for each in (0.1, 12.5)
    ]
    return [*cut, *quiet, Named("one speaker", meeting(ONE_SPEAKER, 20.0))]


def every_bound(samples: Samples) -> list[Named]:
    """Return one recording with every combination of bounds, impossible ones among them."""
    return [
        Named(
            f"num {number}, min {fewest}, max {most}",
            samples,
            SpeakerBounds(number, fewest, most),
        )
        for number, fewest, most in product(NUMBERS, repeat=3)
    ]


def some_bounds(samples: Samples) -> list[Named]:
    """Return the same with a few combinations: ranges first, then exact numbers."""
    every = every_bound(samples)
    ranges = len(NUMBERS) ** 2
    return every[:ranges:5] + every[ranges::41]


def counted(named: Named) -> list[Named]:
    """Return one recording as it is and with exact numbers, so that voices must be told apart."""
    return [
        named,
        *(
            Named(f"{named.name}, {number} speakers", named.samples, SpeakerBounds(number))
            for number in (2, 4)
        ),
    ]


def busy(seconds: float) -> Named:
    """Return the beginning of a recording in which many interrupt each other."""
    whole = mixture(seed=5, seconds=BUSY_SECONDS, sources=6)
    samples = whole.samples[: round(seconds * SAMPLE_RATE)]
    return Named(f"busy, {seconds:g} s", samples)


def mixture(seed: int, seconds: float, sources: int) -> Named:
    """Return pieces of so many recordings in drawn order and loudness.

    A sixth of them is talked over by another, every tenth is followed by silence.
    """
    random = np.random.default_rng(seed)
    every = clips()
    picked = [every[index].samples for index in random.permutation(len(every))[:sources]]
    pieces: list[Samples] = []
    missing = round(seconds * SAMPLE_RATE)
    while missing > 0:
        piece = _piece(random, picked)
        if random.random() < 1 / 10:
            pause = round(random.uniform(1, 20) * SAMPLE_RATE)
            piece = np.concatenate([piece, np.zeros(pause, np.float32)])
        pieces.append(piece)
        missing -= len(piece)
    mixed = np.concatenate(pieces)[: round(seconds * SAMPLE_RATE)]
    return Named(f"mixture {seed} of {sources}, {seconds:g} s", mixed)


def _piece(random: np.random.Generator, picked: list[Samples]) -> Samples:
    piece = _stretch(random, picked)
    if random.random() < 1 / 6:
        other = _stretch(random, picked)[: len(piece)]
        piece[: len(other)] += other
    return piece


def _stretch(random: np.random.Generator, picked: list[Samples]) -> Samples:
    samples = picked[random.integers(len(picked))]
    length = round(random.uniform(2, 12) * SAMPLE_RATE)
    start = random.integers(len(samples) - length)
    loudness = np.float32(random.uniform(0.3, 1.0))
    return samples[start : start + length] * loudness
