"""How does a sentence become a waveform? flite or espeak-ng speaks it, sox bends it."""

import shutil
import subprocess
import tempfile
import wave
from pathlib import Path

import numpy as np

from demo.sound import SAMPLE_RATE, Waveform
from demo.training.voices import Voice

PEAK = 0.5
SILENCE_RATIO = 0.01
FRAME_SAMPLES = SAMPLE_RATE // 100


class SynthesizerMissing(RuntimeError):
    """A program that speaks or bends is not installed (Debian: flite, espeak-ng, sox)."""


def speak(voice: Voice, text: str) -> Waveform:
    """Return the sentence at 16 kHz, its silent ends cut off, its peak at one half."""
    with tempfile.TemporaryDirectory() as folder:
        raw, bent = Path(folder, "raw.wav"), Path(folder, "bent.wav")
        _run(voice.engine, *_speaking_arguments(voice, text, raw))
        # -D: no dither, which is seeded by the clock; the peak leaves the effects headroom.
        _run("sox", "-D", str(raw), "-b", "16", "-c", "1", str(bent), *_bending_arguments(voice))
        return trimmed(_read(bent))


def trimmed(waveform: Waveform) -> Waveform:
    """Cut the ends that stay below 1 % of the peak, and set the peak to one half."""
    frames = len(waveform) // FRAME_SAMPLES
    loudness = np.abs(waveform[: frames * FRAME_SAMPLES]).reshape(frames, FRAME_SAMPLES).max(axis=1)
    voiced = np.flatnonzero(loudness > SILENCE_RATIO * loudness.max())
    start, end = voiced[0] * FRAME_SAMPLES, (voiced[-1] + 1) * FRAME_SAMPLES
    return np.asarray(waveform[start:end] * (PEAK / loudness.max()), np.float32)


def _speaking_arguments(voice: Voice, text: str, path: Path) -> tuple[str, ...]:
    if voice.engine == "flite":
        return (*voice.options, "-t", text, "-o", str(path))
    return (*voice.options, "-w", str(path), text)


def _bending_arguments(voice: Voice) -> tuple[str, ...]:
    # At 16 kHz before the effects (an 8 kHz voice has no band to equalize), and again after them.
    rate = ("rate", str(SAMPLE_RATE))
    return ("gain", "-n", "-9", *rate, *voice.effects, *rate)


def _read(path: Path) -> Waveform:
    with wave.open(str(path), "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    waveform: Waveform = samples.astype(np.float32) / np.float32(32768)
    return waveform


def _run(program: str, *arguments: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise SynthesizerMissing(f"{program} is not installed: apt-get install flite espeak-ng sox")
    # The arguments are this package's own sentences and voices; no shell reads them.
    subprocess.run([path, *arguments], check=True, capture_output=True)  # noqa: S603
