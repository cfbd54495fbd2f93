"""How does a test make the files that producers send?

Everything is encoded on the spot; no recording lies in the repository.
"""

import io
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import numpy.typing as npt
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

Sound = npt.NDArray[np.float32]


def sound(seconds: float, rate: int = 16_000, channels: int = 1) -> Sound:
    """Something like speech: tones that glide and pulse, another one in every channel."""
    time = np.arange(round(seconds * rate)) / rate
    pulse = 0.5 + 0.5 * np.sin(2 * np.pi * 1.7 * time)
    voices = [
        0.3 * pulse * np.sin(2 * np.pi * (220 + 90 * number) * time + 3 * np.sin(2 * time))
        for number in range(channels)
    ]
    return np.stack(voices).astype(np.float32)


def pcm16(samples: Sound) -> npt.NDArray[np.int16]:
    """The same sound as 16-bit integers, shape (samples, channels)."""
    return np.ascontiguousarray((samples.T * 32_767).round().astype(np.int16))


def wav(samples: npt.NDArray[np.int16], rate: int = 16_000) -> bytes:
    """A plain WAV file of 16-bit samples, shape (samples, channels)."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((samples.shape[1], 2, rate, 0, "NONE", ""))
        writer.writeframes(samples.tobytes())
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a sound becomes a file."""

    container: str
    codec: str
    rate: int = 16_000
    channels: int = 1
    bit_rate: int | None = None
    options: tuple[tuple[str, str], ...] = ()
    video: str | None = None
    """Codec of a few black pictures that go with the sound."""
    sound_starts: float = 0.0
    """Seconds after the pictures."""
    hole: tuple[float, float] | None = None
    """From and to, in seconds: time stamps pass it, no sound is in it."""


def encoded(recipe: Recipe, samples: Sound, directory: Path) -> bytes:
    """Return the sound as a file of this kind."""
    # A path, not memory: MP4 with its index in front is written twice.
    path = directory / "recording"
    with av.open(str(path), "w", format=recipe.container, options=dict(recipe.options)) as output:
        video = _add_video(output, recipe)
        audio = output.add_stream(recipe.codec, rate=recipe.rate)
        assert isinstance(audio, AudioStream)
        audio.layout = _layout(recipe)
        if recipe.bit_rate:
            audio.bit_rate = recipe.bit_rate
        if video is not None:
            _write_pictures(output, video, samples.shape[1] / recipe.rate + recipe.sound_starts)
        _write_sound(output, audio, recipe, samples)
    return path.read_bytes()


def silent_flac(seconds: int, *, rate: int, says_how_long: bool) -> bytes:
    """Hours of silence in a few kilobytes: every frame holds one constant."""
    frames = -(-seconds * rate // _FLAC_BLOCK)
    total = frames * _FLAC_BLOCK if says_how_long else 0
    described = (rate << 44 | 15 << 36 | total).to_bytes(8, "big")
    sizes = _FLAC_BLOCK.to_bytes(2, "big") * 2 + bytes(6)
    head = b"fLaC" + bytes([0x80, 0, 0, 34]) + sizes + described + bytes(16)
    return head + b"".join(_silent_frame(number, rate) for number in range(frames))


_FLAC_BLOCK = 65_535
_FLAC_RATES = {8_000: 4, 16_000: 5, 44_100: 9, 48_000: 10}


def _silent_frame(number: int, rate: int) -> bytes:
    head = bytes([0xFF, 0xF8, 0x70 | _FLAC_RATES[rate], 0x08]) + chr(number).encode(
        "utf-8", "surrogatepass"
    )
    head += (_FLAC_BLOCK - 1).to_bytes(2, "big")
    head += _crc(head, 0x07, 8).to_bytes(1, "big")
    frame = head + bytes(3)
    return frame + _crc(frame, 0x8005, 16).to_bytes(2, "big")


def _crc(data: bytes, polynomial: int, bits: int) -> int:
    value, top = 0, 1 << (bits - 1)
    for byte in data:
        value ^= byte << (bits - 8)
        for _ in range(8):
            value = (value << 1 ^ polynomial if value & top else value << 1) & (1 << bits) - 1
    return value


def _layout(recipe: Recipe) -> str:
    return {1: "mono", 2: "stereo"}.get(recipe.channels, f"{recipe.channels} channels")


def _add_video(output: OutputContainer, recipe: Recipe) -> VideoStream | None:
    if recipe.video is None:
        return None
    stream = cast("VideoStream", output.add_stream(recipe.video, rate=10))
    stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
    return stream


def _write_pictures(output: OutputContainer, stream: VideoStream, seconds: float) -> None:
    for number in range(round(seconds * 10)):
        picture = av.VideoFrame(64, 64, "yuv420p")
        picture.pts, picture.time_base = number, Fraction(1, 10)
        output.mux(stream.encode(picture))
    output.mux(stream.encode(None))


def _write_sound(
    output: OutputContainer, stream: AudioStream, recipe: Recipe, samples: Sound
) -> None:
    context = stream.codec_context
    if recipe.codec == "vorbis":
        context.options = {"strict": "experimental"}
    if recipe.channels > 2 and recipe.codec == "libopus":
        context.options = {"mapping_family": "255"}
    context.open(strict=False)
    resampler = AudioResampler(
        format=context.format, layout=context.layout, frame_size=context.frame_size or 4_096
    )
    for frame in _frames(recipe, samples):
        for piece in resampler.resample(frame):
            _encode(output, stream, recipe, piece)
    for piece in resampler.resample(None):
        _encode(output, stream, recipe, piece)
    output.mux(stream.encode(None))


def _encode(
    output: OutputContainer, stream: AudioStream, recipe: Recipe, frame: av.AudioFrame
) -> None:
    at = (frame.pts or 0) / recipe.rate
    start, end = recipe.hole or (0.0, 0.0)
    if start <= at < end:
        return
    frame.pts = (frame.pts or 0) + round(recipe.sound_starts * recipe.rate)
    output.mux(stream.encode(frame))


def _frames(recipe: Recipe, samples: Sound) -> Iterator[av.AudioFrame]:
    for start in range(0, samples.shape[1], 4_096):
        piece = np.ascontiguousarray(samples[:, start : start + 4_096].T).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(piece, format="flt", layout=_layout(recipe))
        frame.sample_rate, frame.pts = recipe.rate, start
        yield frame
