"""What is the one channel that the models hear?"""

import av
import numpy as np
import numpy.typing as npt

from consumer.core.errors import AudioChannelMissing

Samples = npt.NDArray[np.float32]

LOUDEST = 1e6
"""Full scale is 1. Beyond this, and for NaN and infinity, a float sample is no sound."""

_PIECE_VALUES = 1 << 18
"""Over all channels: large enough that the cost per call vanishes, small enough for the cache."""


class Mixer:
    """Gathers decoded frames of one kind and turns them into mono float32 in [-1, 1)."""

    def __init__(self, channel: int | None) -> None:
        self.unusable_samples = 0
        self._channel = channel
        self._kind = ("", 0, 0)
        self._gathered = av.AudioFifo()

    @property
    def is_full(self) -> bool:
        return self._gathered.samples * self._kind[1] >= _PIECE_VALUES

    def accepts(self, frame: av.AudioFrame) -> bool:
        """Whether the frame has the sample format, channels and rate of those gathered so far."""
        return self._gathered.samples == 0 or self._kind == _kind(frame)

    def add(self, frame: av.AudioFrame) -> None:
        """Gather one frame. Raises `AudioChannelMissing`."""
        if self._gathered.samples == 0:
            self._begin(frame)
        frame.pts = None  # The time line is kept elsewhere; with holes in it, FFmpeg would refuse.
        self._gathered.write(frame)

    @property
    def rate(self) -> int:
        """Hz of what has been gathered."""
        return self._kind[2]

    def take(self) -> Samples:
        """Return everything gathered, mixed, and begin anew."""
        gathered = self._gathered.read()
        if gathered is None:
            return np.empty(0, np.float32)
        channels = self._kind[1]
        raw = gathered.to_ndarray()
        planes = raw if gathered.format.is_planar else raw.reshape(-1, channels).T
        if self._channel is not None:
            planes = planes[self._channel : self._channel + 1]
        scaled = self._scaled(planes)
        mixed: Samples = scaled[0] if len(scaled) == 1 else scaled.mean(axis=0, dtype=np.float32)
        return mixed

    def _begin(self, frame: av.AudioFrame) -> None:
        kind = _kind(frame)
        if kind != self._kind:
            self._kind, self._gathered = kind, av.AudioFifo()
        channels = kind[1]
        if self._channel is not None and self._channel >= channels:
            raise AudioChannelMissing(
                f"channel {self._channel} was asked for, and the audio has {channels} (from 0 on)"
            )

    def _scaled(self, planes: npt.NDArray[np.generic]) -> Samples:
        if planes.dtype.kind == "f":
            return self._without_unusable(planes.astype(np.float32))
        full_scale = 2.0 ** (8 * planes.dtype.itemsize - 1)
        # In one pass, and exact: the factor is a power of two.
        scaled: Samples = np.multiply(planes, np.float32(1 / full_scale), dtype=np.float32)
        if planes.dtype.kind == "u":
            scaled -= np.float32(1)
        return scaled

    def _without_unusable(self, planes: Samples) -> Samples:
        unusable = ~(np.abs(planes) <= LOUDEST)
        if unusable.any():
            self.unusable_samples += int(unusable.sum())
            planes[unusable] = 0.0
        return planes


def _kind(frame: av.AudioFrame) -> tuple[str, int, int]:
    return frame.format.name, frame.layout.nb_channels, frame.sample_rate
