"""How does one file become samples, and what was noticed on the way?"""

import math
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from typing import BinaryIO, Protocol

import numpy as np

from consumer.adapters.audio.media import Media
from consumer.adapters.audio.mixing import Mixer, Samples
from consumer.adapters.audio.promise import is_cut, promised_seconds
from consumer.adapters.audio.timeline import Timeline
from consumer.adapters.audio.wire import Findings
from consumer.core.errors import AudioEmpty, AudioTooLong, AudioTruncated, AudioUndecodable

_SILENCE_SAMPLES = 1 << 18
_ROUNDING_SECONDS = 1e-3


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
    written = 0
    # The rate may change where one Ogg stream follows another.
    for rate, pieces in groupby(track.pieces(), key=lambda piece: piece.rate):
        stream = make(rate)
        for piece in pieces:
            written += _put(stream.push(piece.samples), sink)
        written += _put(stream.finish(), sink)
    return written


def _put(blocks: Iterator[Samples], sink: BinaryIO) -> int:
    written = 0
    for block in blocks:
        sink.write(np.ascontiguousarray(block).data)
        written += len(block)
    return written


@dataclass(frozen=True, slots=True)
class _Piece:
    """Mono samples, and how many make a second."""

    rate: int
    samples: Samples


class _Track:
    """The one track of a file as mono pieces without holes, at the rate of the file."""

    def __init__(self, media: Media, mixer: Mixer, limit_seconds: float) -> None:
        self.mixer = mixer
        self.seconds = 0.0
        self.leading_seconds = 0.0
        self.missing_seconds = 0.0
        self._media = media
        self._limit_seconds = limit_seconds
        start, length = media.start_seconds, media.container_seconds
        end = math.inf if length is None else (start or 0.0) + length
        self._timeline = Timeline(start, end)

    def pieces(self) -> Iterator[_Piece]:
        """Yield the sound and the silence in order."""
        for frame in self._media.frames():
            seconds = frame.samples / frame.sample_rate
            silence = self._timeline.silence_before(frame.time, seconds)
            if silence or self.mixer.is_full or not self.mixer.accepts(frame):
                yield from self._mixed()
                yield from self._silence(silence, frame.sample_rate)
            self.mixer.add(frame)
            self._advance(seconds)
        yield from self._mixed()

    def _mixed(self) -> Iterator[_Piece]:
        samples = self.mixer.take()
        if len(samples):
            yield _Piece(self.mixer.rate, samples)

    def _silence(self, seconds: float, rate: int) -> Iterator[_Piece]:
        if self.seconds == 0.0:
            self.leading_seconds = seconds
        else:
            self.missing_seconds += seconds
        left = round(seconds * rate)
        while left > 0:
            samples = min(left, _SILENCE_SAMPLES)
            self._advance(samples / rate)
            yield _Piece(rate, np.zeros(samples, np.float32))
            left -= samples

    def _advance(self, seconds: float) -> None:
        self.seconds += seconds
        if self.seconds > self._limit_seconds + _ROUNDING_SECONDS:
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
