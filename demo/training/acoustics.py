"""What stands between mouth and recording? A room, noise, a level, sometimes a telephone."""

from random import Random

import numpy as np

from demo.sound import SAMPLE_RATE, Waveform
from demo.training.corpus import Utterances

ROOMS = 80
NOISE_SAMPLES = 1 << 20
NOISE_COLOURS = (0.0, 0.5, 1.0)
MU = 255.0


class Acoustics:
    """Owns a stock of room responses and noises; every choice comes from the caller's Random."""

    def __init__(self, seed: int, backgrounds: Utterances = ()) -> None:
        generator = np.random.default_rng(seed)
        self._rooms = tuple(_room(generator) for _ in range(ROOMS))
        self._noises = tuple(_noise(generator, colour) for colour in NOISE_COLOURS)
        self._backgrounds = backgrounds

    def room(self, random: Random) -> Waveform:
        """Return the response of one of the rooms."""
        return random.choice(self._rooms)

    def recorded(self, waveform: Waveform, random: Random) -> Waveform:
        """Return what a device makes of it: noise, perhaps a background, a telephone, a level."""
        heard = waveform + self._noise(len(waveform), random)
        if self._backgrounds and random.random() < 0.35:
            heard = heard + self._background(len(waveform), random)
        if random.random() < 0.35:
            heard = telephone(heard, random)
        return (heard * 10 ** random.uniform(-0.8, 0.2)).astype(np.float32)

    def _noise(self, samples: int, random: Random) -> Waveform:
        noise = random.choice(self._noises)
        start = random.randrange(len(noise) - samples)
        return noise[start : start + samples] * np.float32(10 ** random.uniform(-4.5, -2.4))

    def _background(self, samples: int, random: Random) -> Waveform:
        background = random.choice(self._backgrounds)
        level = 10 ** random.uniform(-3.6, -2.3) / (background.std() + 1e-5)
        return np.resize(background * np.float32(level), samples)


def reverberated(waveform: Waveform, room: Waveform) -> Waveform:
    """Return the waveform as the room returns it, cut to its own length."""
    size = 1 << (len(waveform) + len(room) - 1).bit_length()
    spectrum = np.fft.rfft(waveform, size) * np.fft.rfft(room, size)
    return np.fft.irfft(spectrum, size)[: len(waveform)].astype(np.float32)


def telephone(waveform: Waveform, random: Random) -> Waveform:
    """Return the waveform through a narrow band and, every other time, 8-bit mu-law."""
    spectrum = np.fft.rfft(waveform)
    frequencies = np.fft.rfftfreq(len(waveform), 1 / SAMPLE_RATE)
    low, high = random.uniform(60, 320), random.uniform(3200, 4000)
    spectrum[(frequencies < low) | (frequencies > high)] = 0
    narrow = np.fft.irfft(spectrum, len(waveform)).astype(np.float32)
    return _mu_law(narrow) if random.random() < 0.5 else narrow


def _mu_law(waveform: Waveform) -> Waveform:
    peak = np.abs(waveform).max() + 1e-6
    scaled = waveform / peak
    compressed = np.sign(scaled) * np.log1p(MU * np.abs(scaled)) / np.log1p(MU)
    stepped = np.round(compressed * 127) / 127
    expanded = np.sign(stepped) * (np.power(1 + MU, np.abs(stepped)) - 1) / MU
    return np.asarray(expanded * peak, np.float32)


def _room(generator: np.random.Generator) -> Waveform:
    """Return a direct sound and a dying tail of noise, of energy one together."""
    samples = int(SAMPLE_RATE * generator.uniform(0.05, 0.4))
    decay = np.exp(-np.arange(samples) * generator.uniform(3, 7) / samples)
    response = generator.standard_normal(samples) * decay
    response[0] = generator.uniform(3, 12)
    return np.asarray(response / np.sqrt(np.square(response).sum()), np.float32)


def _noise(generator: np.random.Generator, colour: float) -> Waveform:
    """Return noise whose amplitude falls with frequency ** colour, of deviation one."""
    spectrum = np.fft.rfft(generator.standard_normal(NOISE_SAMPLES))
    shaped = np.fft.irfft(spectrum / (np.arange(len(spectrum)) + 50.0) ** colour)
    return np.asarray(shaped / shaped.std(), np.float32)
