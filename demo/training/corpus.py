"""Which utterances are there to train on? Every voice's sentences, synthesized once and cached."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

import numpy as np

from demo.sound import Waveform
from demo.training.sentences import training_sentences
from demo.training.synthesis import speak
from demo.training.voices import Voice

Utterances: TypeAlias = tuple[Waveform, ...]
WORKERS = 2


def synthetic_speakers(
    voices: tuple[Voice, ...], cache: Path, progress: Callable[[int, int], None]
) -> dict[str, Utterances]:
    """Return every voice's utterances by speaker; what the cache lacks is synthesized first."""
    cache.mkdir(parents=True, exist_ok=True)
    spoken: dict[str, Utterances] = {}
    with ThreadPoolExecutor(WORKERS) as pool:
        for utterances, voice in zip(
            pool.map(lambda voice: _cached(voice, cache), voices), voices, strict=True
        ):
            spoken[voice.speaker] = utterances
            progress(len(spoken), len(voices))
    return spoken


def _cached(voice: Voice, cache: Path) -> Utterances:
    sentences = training_sentences(voice.speaker, voice.sentences)
    digest = hashlib.sha256(repr((voice, sentences)).encode()).hexdigest()[:16]
    path = cache / f"{voice.speaker}-{digest}.npz"
    if not path.exists():
        utterances = [speak(voice, text) for text in sentences]
        partial = path.with_suffix(".partial.npz")
        np.savez(partial, *(utterance.astype(np.float16) for utterance in utterances))
        partial.rename(path)
    with np.load(path) as archive:
        return tuple(
            archive[f"arr_{number}"].astype(np.float32) for number in range(len(sentences))
        )
