"""Embeddings as recordings give them: of one length, of few speakers, and often of one twice."""

import numpy as np
from numpy.typing import NDArray

Voices = NDArray[np.float32]


def unit(rows: NDArray[np.floating]) -> Voices:
    """Bring rows to length one."""
    single = rows.astype(np.float32)
    return np.asarray(single / np.linalg.norm(single, axis=-1, keepdims=True))


def noisy(number: int, speakers: int, noise: float, seed: int, dimension: int = 256) -> Voices:
    """Voices of speakers who take turns at random."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((speakers, dimension))
    spread = noise * random.standard_normal((number, dimension))
    return unit(centres[random.integers(speakers, size=number)] + spread)


def drifting(number: int, speakers: int, noise: float, seed: int, dimension: int = 256) -> Voices:
    """Voices that resemble the one before, as overlapping windows do."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((speakers, dimension))
    steps = random.standard_normal((number, dimension))
    for row in range(1, number):
        steps[row] = 0.9 * steps[row - 1] + 0.44 * steps[row]
    turns = np.repeat(random.integers(speakers, size=number // 20 + 1), 20)[:number]
    return unit(centres[turns] + noise * steps)


def repeated(number: int, speakers: int, noise: float, seed: int, dimension: int = 256) -> Voices:
    """Voices that occur about three times each, bit by bit."""
    voices = noisy(number // 3 + 1, speakers, noise, seed, dimension)
    return voices[np.random.default_rng(seed).integers(len(voices), size=number)]
