"""Whose voices is the model trained on? Two free synthesizers, bent into many speakers."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

FLITE_VOICES = ("awb", "rms", "slt", "kal16", "kal")
PLAIN_VOICES = ("awb", "rms", "slt")
ESPEAK_ACCENTS = (
    "en-us",
    "en-gb",
    "en-gb-scotland",
    "en-gb-x-rp",
    "en-gb-x-gbclan",
    "en-029",
    "en-us-nyc",
)
ESPEAK_VARIANTS = (
    "m1 m2 m3 m4 m5 m6 m7 m8 f1 f2 f3 f4 f5 Alex Alicia Andrea Andy Annie Denis Diogo Gene Gene2 "
    "Henrique Hugo Jacky Lee Marco Mario Michael Mike Nguyen Storm adam anika antonio aunty "
    "belinda benjamin boris caleb david ed edward edward2 gustave john kaukovalta klatt klatt2 "
    "klatt3 linda marcelo max michel miguel norbert pablo paul pedro quincy rob robert sandro "
    "shelby steph steph2 steph3 travis victor zac"
)
EQUALIZER_BANDS = 2
PLAIN = "~plain"
PLAIN_SENTENCES = 120
BENT_SENTENCES = 14


@dataclass(frozen=True, slots=True)
class Voice:
    """One speaker, BASE~VARIANT: a synthesizer, its options for the voice, sox effects on top."""

    speaker: str
    sentences: int
    engine: Literal["flite", "espeak-ng"]
    options: tuple[str, ...]
    effects: tuple[str, ...] = ()


def plain_voices() -> tuple[Voice, ...]:
    """Return flite's best voices as they come: those of the demonstration, so they say most."""
    return tuple(
        Voice(f"{name}{PLAIN}", PLAIN_SENTENCES, "flite", ("-voice", name)) for name in PLAIN_VOICES
    )


def training_voices(count: int, seed: int) -> tuple[Voice, ...]:
    """Return `count` different speakers, flite's plain voices first; the same for the same seed."""
    random = Random(seed)
    plain = plain_voices()
    bent = tuple(_bent_voices(random, count - len(plain)))
    return (*plain, *bent)[:count]


def base_of(speaker: str) -> str:
    """Return the voice that a speaker was bent from; two of one base are hard to tell apart."""
    return speaker.partition("~")[0]


def _bent_voices(random: Random, count: int) -> Iterator[Voice]:
    for number in range(count):
        make = _bent_flite if number % 2 == 0 else _bent_espeak
        yield make(random, number)


def _bent_flite(random: Random, number: int) -> Voice:
    name = FLITE_VOICES[number // 2 % len(FLITE_VOICES)]
    effects = _effects(random, cents=250, tempo=0.2)
    return Voice(f"{name}~{number:03d}", BENT_SENTENCES, "flite", ("-voice", name), effects)


def _bent_espeak(random: Random, number: int) -> Voice:
    accent, name = random.choice(ESPEAK_ACCENTS), random.choice(ESPEAK_VARIANTS.split())
    pitch, words_per_minute = random.randint(25, 75), random.randint(140, 200)
    options = ("-v", f"{accent}+{name}", "-p", str(pitch), "-s", str(words_per_minute))
    effects = _effects(random, cents=150, tempo=0.13)
    return Voice(f"{name}~{number:03d}", BENT_SENTENCES, "espeak-ng", options, effects)


def _effects(random: Random, cents: float, tempo: float) -> tuple[str, ...]:
    """Speed moves pitch and formants together, pitch alone moves the pitch: another vocal tract."""
    speed = random.uniform(1 - tempo, 1 + tempo)
    equalizer = [
        part
        for _ in range(EQUALIZER_BANDS)
        for part in ("equalizer", f"{random.uniform(200, 5000):.0f}", "1.0q", _gain(random))
    ]
    return ("pitch", f"{random.uniform(-cents, cents):.0f}", "speed", f"{speed:.3f}", *equalizer)


def _gain(random: Random) -> str:
    return f"{random.uniform(-5, 5):.1f}"
