"""How does one file become samples, and what was noticed on the way?"""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import BinaryIO, Protocol

import av
import numpy as np

from consumer.adapters.audio.media import Media
from consumer.adapters.audio.mixing import Mixer, Samples
from consumer.adapters.audio.promise import is_cut, promised_seconds
from consumer.adapters.audio.timeline import Timeline
from consumer.adapters.audio.wire import Findings
from consumer.core.errors import AudioEmpty, AudioTooLong, AudioTruncated, AudioUndecodable

_SILENCE_SAMPLES = 1 << 18


class SampleStream(Protocol):
    """Turns mono samples at the rate of the file into samples at the wanted rate."""

    def push(self, samples: Samples) -> Iterator[Samples]: ...
    def finish(self) -> Iterator[Samples]: ...


MakeStream = Callable[[int], SampleStream]
"""Makes the stream for a file's rate in Hz."""


def decode(
    file: BinaryIO, sink: BinaryIO, channel: int | None, limit_seconds: float, make: MakeStream
) -> Findings:
    """Decode the file into the sink, mono float32.

    Raises `AudioUndecodable`, `AudioEmpty`, `AudioTooLong`, `AudioTruncated`,
    `AudioChannelMissing`.
    """
    if file.seek(0, 2) == 0:
        raise AudioEmpty("the file has 0 bytes")
    file.seek(0)
    with closing(Media(file)) as media:
        # FFmpeg keeps its own account of where the file stands: leave it as it was.
        position = file.tell()
        promised, cut = promised_seconds(media, file), is_cut(media, file)
        file.seek(position)
        if promised is not None and promised > limit_seconds:
            raise _too_long(limit_seconds, f"its header promises {promised:.1f} s")
        track = _Track(media, Mixer(channel), limit_seconds)
        samples = _write(track, sink, make)
        if samples == 0:
            raise _nothing(promised, media.broken_packets)
        return Findings(
            samples=samples,
            promised_seconds=promised,
            decoded_seconds=track.seconds - track.leading_seconds,
            is_cut=cut,
            broken_packets=media.broken_packets,
            missing_seconds=track.missing_seconds,
            unusable_samples=track.mixer.unusable_samples,
        )


def _write(track: "_Track", sink: BinaryIO, make: MakeStream) -> int:
    stream: SampleStream | None = None
    written = 0
    for piece in track.pieces():
        stream = stream or make(track.rate)
        written += _put(stream.push(piece), sink)
    if stream is not None:
        written += _put(stream.finish(), sink)
    return written


def _put(blocks: Iterator[Samples], sink: BinaryIO) -> int:
    written = 0
    for block in blocks:
        sink.write(np.ascontiguousarray(block).data)
        written += len(block)
    return written


class _Track:
    """The one track of a file as mono pieces without holes, at the rate of the file."""

    def __init__(self, media: Media, mixer: Mixer, limit_seconds: float) -> None:
        self.mixer = mixer
        self.rate = 0
        self.leading_seconds = 0.0
        self.missing_seconds = 0.0
        self._media = media
        self._limit_seconds = limit_seconds
        self._samples = 0
        start, length = media.start_seconds, media.container_seconds
        end = float("inf") if length is None else (start or 0.0) + length
        self._timeline = Timeline(start, end)

    @property
    def seconds(self) -> float:
        return self._samples / self.rate if self.rate else 0.0

    def pieces(self) -> Iterator[Samples]:
        """Yield the sound and the silence in order, never an empty piece."""
        return (piece for piece in self._pieces() if len(piece))

    def _pieces(self) -> Iterator[Samples]:
        for frame in self._media.frames():
            self._check_rate(frame)
            silence = self._timeline.silence_before(frame.time, frame.samples / self.rate)
            if silence or self.mixer.is_full or not self.mixer.accepts(frame):
                yield self.mixer.take()
                yield from self._silence(silence)
            self.mixer.add(frame)
            self._advance(frame.samples)
        yield self.mixer.take()

    def _check_rate(self, frame: av.AudioFrame) -> None:
        if self.rate == 0:
            self.rate = frame.sample_rate
        if frame.sample_rate != self.rate or self.rate <= 0:
            raise AudioUndecodable(
                f"the sample rate changes from {self.rate} to {frame.sample_rate} Hz on the way"
            )

    def _silence(self, seconds: float) -> Iterator[Samples]:
        if self._samples == 0:
            self.leading_seconds = seconds
        else:
            self.missing_seconds += seconds
        left = round(seconds * self.rate)
        while left > 0:
            piece = min(left, _SILENCE_SAMPLES)
            self._advance(piece)
            yield np.zeros(piece, np.float32)
            left -= piece

    def _advance(self, samples: int) -> None:
        self._samples += samples
        if self.seconds > self._limit_seconds:
            raise _too_long(self._limit_seconds, "decoding stopped there")


def _too_long(limit_seconds: float, how: str) -> AudioTooLong:
    return AudioTooLong(f"the audio is longer than {limit_seconds:.0f} s ({how})")


def _nothing(
    promised: float | None, broken_packets: int
) -> AudioEmpty | AudioTruncated | AudioUndecodable:
    if broken_packets:
        return AudioUndecodable(
            f"not one sample could be decoded ({broken_packets} broken packets)"
        )
    if promised:
        return AudioTruncated(f"the header promises {promised:.1f} s, and no audio follows")
    return AudioEmpty("the audio track holds no samples")
