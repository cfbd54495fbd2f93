"""How does a test get decoded audio without a decoder?"""

import io
import os
import wave
from array import array
from dataclasses import dataclass

from consumer.core.errors import AudioChannelMissing, AudioEmpty, AudioUndecodable, JobError
from consumer.core.model import SAMPLE_RATE, DecodedAudio, Waveform


@dataclass(slots=True)
class FakeDecoder:
    """Reads 16-bit WAV at 16 kHz in process; with an answer, gives that whatever the file is."""

    answer: DecodedAudio | JobError | None = None

    def decode(self, file_descriptor: int, channel: int | None) -> DecodedAudio:
        if isinstance(self.answer, JobError):
            raise self.answer
        return self.answer or _decoded(_contents(file_descriptor), channel)


def waveform(values: list[float]) -> Waveform:
    """Samples from numbers."""
    return Waveform(memoryview(array("f", values)))


def _contents(file_descriptor: int) -> bytes:
    return os.pread(file_descriptor, os.fstat(file_descriptor).st_size, 0)


def _decoded(data: bytes, channel: int | None) -> DecodedAudio:
    if not data:
        raise AudioEmpty("the file has 0 bytes")
    try:
        with wave.open(io.BytesIO(data)) as reader:
            shape = reader.getnchannels(), reader.getsampwidth(), reader.getframerate()
            samples = array("h", reader.readframes(reader.getnframes()))
    except (wave.Error, EOFError) as error:
        raise AudioUndecodable(f"not a WAV file: {error}") from error
    if shape[1:] != (2, SAMPLE_RATE):
        raise AudioUndecodable("the fake reads 16 bits at 16 kHz only")
    return DecodedAudio(waveform(_mixed(samples, shape[0], channel)))


def _mixed(samples: "array[int]", channels: int, channel: int | None) -> list[float]:
    if not samples:
        raise AudioEmpty("no samples")
    if channel is not None and channel >= channels:
        raise AudioChannelMissing(f"channel {channel} of {channels}")
    chosen = range(channels) if channel is None else (channel,)
    planes = [samples[number::channels] for number in chosen]
    return [sum(values) / len(planes) / 32_768 for values in zip(*planes, strict=True)]
