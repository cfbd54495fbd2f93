"""What does FFmpeg hear in a file that it may only read through a descriptor?"""

from collections.abc import Iterator
from typing import BinaryIO

import av
from av.audio.stream import AudioStream
from av.stream import Discard

from consumer.core.errors import AudioUndecodable

_FORMATS = "wav,w64,mp3,flac,ogg,mov,matroska,aac,mpegts,aiff,caf,amr"
"""Containers of sound only: a playlist or a list of other files is none, whatever its name says."""

_PLANES = 8
_SAMPLE_FORMATS = {"u8", "s16", "s32", "flt", "dbl"}
"""Those that numpy can see, packed or planar."""

_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": "none"}


class Media:
    """One opened file and the audio track that counts."""

    def __init__(self, file: BinaryIO) -> None:
        """Open the file. Raises `AudioUndecodable`.

        Where FFmpeg itself lacks memory, a damaged file asked for gigabytes: it is broken there.
        """
        av.logging.set_level(None)
        try:
            self._container = av.open(file, "r", options=_OPTIONS)
        except (av.FFmpegError, ValueError, OSError) as error:
            raise AudioUndecodable(
                f"not a readable audio file of a known format ({_reason(error)})"
            ) from error
        self.stream = self._best_stream()
        self.broken_packets = 0

    @property
    def format(self) -> str:
        """FFmpeg's first name of the container format, e.g. `mov`."""
        return self._container.format.name.partition(",")[0]

    @property
    def start_seconds(self) -> float | None:
        """When the first of all tracks starts, on the file's own clock."""
        start = self._container.start_time
        return None if start is None else start / av.time_base

    @property
    def container_seconds(self) -> float | None:
        duration = self._container.duration
        return None if duration is None else duration / av.time_base

    @property
    def stream_seconds(self) -> float | None:
        """How long the audio track is by its header (some formats: by an estimate of FFmpeg)."""
        stream = self.stream
        if stream.duration is None or stream.time_base is None:
            return None
        return float(stream.duration * stream.time_base)

    @property
    def tracks(self) -> int:
        return len(self._container.streams)

    def frames(self) -> Iterator[av.AudioFrame]:
        """Yield what can be decoded; a packet that cannot is counted and left out."""
        for packet in self._packets():
            try:
                frames = packet.decode()
            except av.FFmpegError:
                self.broken_packets += 1
                continue
            usable = [frame for frame in frames if _is_usable(frame)]
            self.broken_packets += len(usable) < len(frames)
            yield from usable

    def close(self) -> None:
        self._container.close()

    def _best_stream(self) -> AudioStream:
        stream = self._container.streams.best("audio")
        if not isinstance(stream, AudioStream):
            self._container.close()
            raise AudioUndecodable("there is no audio track in this file")
        # Null for a codec that FFmpeg does not know, whatever the type says.
        if not stream.codec_context:
            self._container.close()
            raise AudioUndecodable("the audio track is in an unknown format")
        stream.codec_context.thread_count = 1
        for other in self._container.streams:
            if other.index != stream.index:
                other.discard = Discard.all
        return stream

    def _packets(self) -> "Iterator[av.Packet[AudioStream]]":
        packets = self._container.demux(self.stream)
        while True:
            try:
                packet = next(packets, None)
            except (av.FFmpegError, OSError):
                self.broken_packets += 1
                return
            if packet is None:
                return
            yield packet


def _is_usable(frame: av.AudioFrame) -> bool:
    # PyAV reads past its planes when there are more than eight, as in a damaged AAC frame.
    has_planes = not frame.format.is_planar or frame.layout.nb_channels <= _PLANES
    return has_planes and frame.sample_rate > 0 and frame.format.packed.name in _SAMPLE_FORMATS


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
