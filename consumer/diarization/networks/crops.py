"""Which part of a window must the trunk see?

An output frame of a convolutional trunk depends on its receptive field alone. Where nobody speaks
in a part of a window, that part is left out; the frames that are kept come out equal, as long as
the crop begins on the trunk's stride and the true edges of the window stay edges.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pyannote.audio.models.embedding.wespeaker.resnet import ResNet
from torch.nn import Conv2d

STRIDE = 8
"""Feature frames per output frame: three of the four stages halve the time."""


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of a window, in feature frames."""

    start: int
    length: int

    @property
    def first_output(self) -> int:
        """The window's output frame that is the first of the crop."""
        return self.start // STRIDE


@dataclass(frozen=True, slots=True)
class Cropping:
    """How windows are cropped for one trunk, to a few lengths."""

    frames: int
    """Feature frames of a window."""
    radius: int
    """Feature frames that an output frame sees to either side."""
    lengths: tuple[int, ...]
    """The lengths that crops may have, the shortest first; whole strides less than `frames`."""

    def around(self, first: int, last: int) -> Crop:
        """Return a crop that keeps the window's output frames first..last as they are."""
        low = max(0, (first * STRIDE - self.radius) // STRIDE * STRIDE)
        high = min(self.frames, last * STRIDE + self.radius + 1)
        for length in self.lengths:
            # Moved to the left where it would reach beyond the end: that is whole strides away.
            start = min(low, self.frames - length)
            if start + length >= high:
                return Crop(start, length)
        return Crop(0, self.frames)


def cropping(trunk: ResNet, frames: int, step: int) -> Cropping:
    """Return how to crop for a trunk of the WeSpeaker family; lengths differ by `step` frames.

    A trunk that does not halve time as expected is never cropped.
    """
    outputs = trunk.num_frames(frames)
    as_expected = all(
        trunk.num_frames(length) == outputs - (frames - length) // STRIDE
        for length in range(frames, STRIDE, -STRIDE)
    )
    return Cropping(frames, _radius(trunk), lengths(frames, step) if as_expected else ())


def lengths(frames: int, step: int) -> tuple[int, ...]:
    """Return the lengths that are whole steps shorter than a window, the shortest first."""
    return tuple(range(frames - step, STRIDE, -step))[::-1]


def _radius(trunk: ResNet) -> int:
    """Return how far an output frame sees: the kernels of its longest path, in input frames."""
    radius, stride = 0, 1
    for convolution in _longest_path(trunk):
        radius += convolution.kernel_size[1] // 2 * stride
        stride *= convolution.stride[1]
    return radius


def _longest_path(trunk: ResNet) -> Iterator[Conv2d]:
    yield trunk.conv1
    for stage in (trunk.layer1, trunk.layer2, trunk.layer3, trunk.layer4):
        for block in stage:
            yield from (module for module in block.children() if isinstance(module, Conv2d))
