"""Make recordings of wanted durations, and store them once."""

import wave
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from producer_tools.load.gathering import stored
from producer_tools.load.mix import Mix
from producer_tools.load.recording import Recording
from producer_tools.load.sound import SAMPLE_BYTES, SAMPLE_RATE, pattern
from producer_tools.submit.sources import local_file
from producer_tools.submit.upload import Upload

VARIANTS: Final = 4
"""Different recordings of each duration."""


def synthesize(durations: Mix[float], upload: Upload) -> Mix[Recording]:
    """Make and upload what is not there yet; the same bytes at every call. Raises `ClientError`."""
    with TemporaryDirectory(prefix="turnstream-load-") as directory:
        return Mix.of(
            (stored(local_file(path), upload), weight / VARIANTS)
            for seconds, weight in durations.weighted
            for path in _made(Path(directory), seconds)
        )


def _made(directory: Path, seconds: float) -> Iterator[Path]:
    for variant in range(VARIANTS):
        path = directory / f"{seconds:g}s-{variant}.wav"
        write_wav(path, seconds, variant)
        yield path
        path.unlink()


def write_wav(path: Path, seconds: float, variant: int) -> None:
    """Repeat a pattern until the time is full; never more than one pattern is in memory."""
    sound = pattern(variant)
    frames = round(seconds * SAMPLE_RATE)
    whole, rest = divmod(frames * SAMPLE_BYTES, len(sound))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(SAMPLE_RATE)
        file.setnframes(frames)
        for _ in range(whole):
            file.writeframesraw(sound)
        file.writeframesraw(sound[:rest])
