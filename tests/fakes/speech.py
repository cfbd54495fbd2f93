"""Real recordings: one that ships with pyannote, and meetings that lie beside the repository."""

import importlib.util
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.io import wavfile  # type: ignore[import-untyped]

from consumer.core.model import SAMPLE_RATE, Waveform
from tests.conftest import unavailable

CLIPS = Path(__file__).parents[2].parent / "shared" / "audio"


def phone_call() -> NDArray[np.float32]:
    """Thirty seconds of two people on the telephone."""
    package = importlib.util.find_spec("pyannote.audio")
    assert package is not None
    assert package.origin is not None
    return read_wav(Path(package.origin).parent / "sample" / "sample.wav")


def meeting(name: str, seconds: float) -> NDArray[np.float32]:
    """The beginning of a clip of a meeting, where there is one."""
    path = CLIPS / f"{name}.wav"
    if not path.exists():
        unavailable(f"{path.name} of the shared recordings is absent", "tests on a real meeting")
    return read_wav(path)[: round(seconds * SAMPLE_RATE)]


def read_wav(path: Path) -> NDArray[np.float32]:
    """Mono 16 kHz, 16-bit or float, as samples between -1 and 1."""
    rate, samples = wavfile.read(path)
    assert rate == SAMPLE_RATE
    scale = 2**15 if samples.dtype == np.int16 else 1
    return np.asarray(samples / scale, dtype=np.float32)


def waveform(samples: NDArray[np.float32]) -> Waveform:
    """The samples as the decoder hands them over: read-only."""
    return Waveform(memoryview(samples.data).toreadonly())


def silence(seconds: float) -> Waveform:
    """Nothing but zeros."""
    return waveform(np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32))
