"""Read a recording as 16-bit samples, block by block, so that hours of it need no memory."""

import wave
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from producer_tools.exits import ClientError, WrongUsage

if TYPE_CHECKING:
    from av import AudioFrame
    from av.container import InputContainer

BLOCK_SECONDS: Final = 0.02
_RATE: Final = 16_000
_BLOCK_SAMPLES: Final = round(_RATE * BLOCK_SECONDS)
# The container was recognised by its first bytes: FFmpeg is not asked to guess, since playlists,
# which it might take a file for, have it read others. What begins as MPEG frames do is none.
_DEMUXERS: Final = {"wav": "wav", "flac": "flac", "ogg": "ogg", "mp4": "mp4", "webm": "matroska"}


class DecoderMissing(WrongUsage):
    """What decodes compressed audio is not installed."""


class Undecodable(ClientError):
    """The audio cannot be decoded."""


def sample_blocks(path: Path, container: str) -> Iterator[memoryview]:
    """Yield blocks of 20 ms; raises `DecoderMissing` and `Undecodable`, as late as they show."""
    with path.open("rb") as file:
        plain = _plain_wav(file) if container == "wav" else None
        if plain:
            yield from _read(plain)
        else:
            file.seek(0)
            yield from _decoded(file, path, container)


def _plain_wav(file: BinaryIO) -> wave.Wave_read | None:
    """Open 16-bit PCM, which needs no decoder; None for every other kind of WAV."""
    try:
        recording = wave.Wave_read(file)
    except (wave.Error, EOFError):
        return None
    return recording if recording.getsampwidth() == 2 else None


def _read(recording: wave.Wave_read) -> Iterator[memoryview]:
    """Yield the samples of all channels, one after the other."""
    frames = max(1, round(recording.getframerate() * BLOCK_SECONDS))
    while block := recording.readframes(frames):
        yield memoryview(block[: len(block) & ~1]).cast("h")


def _decoded(file: BinaryIO, path: Path, container: str) -> Iterator[memoryview]:
    try:
        import av
    except ImportError as error:
        raise DecoderMissing(
            f"{path}: drawing this needs a decoder: install the extra `report`, "
            "or leave the waveform out with --no-waveform"
        ) from error
    try:
        with av.open(file, "r", format=_DEMUXERS.get(container)) as opened:
            for block in _blocks(opened):
                yield memoryview(block.planes[0])[: 2 * block.samples].cast("h")
    except (av.FFmpegError, IndexError) as error:
        raise Undecodable(f"{path}: cannot be decoded: {error}") from error


def _blocks(opened: "InputContainer") -> Iterator["AudioFrame"]:
    """Decode to one channel in blocks of equal length; IndexError where no audio is in it."""
    import av

    resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
    waiting = av.AudioFifo()
    for frame in opened.decode(audio=0):
        for part in resampler.resample(frame):
            part.pts = None  # gaps between timestamps are of no interest here
            waiting.write(part)
        while block := waiting.read(_BLOCK_SAMPLES):
            yield block
    if rest := waiting.read(partial=True):
        yield rest
