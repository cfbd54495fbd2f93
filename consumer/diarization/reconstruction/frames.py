"""Which frames of the recording do the frames of a window stand for?

Windows overlap. Their frames are summed on one grid for the whole recording, whose arithmetic is
that of `pyannote.core.SlidingWindow`, bit for bit.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class FrameGrid:
    """The frames of a segmentation network under windows that slide over a recording."""

    duration: float
    """Seconds that one frame sees."""
    step: float
    """Seconds between two frames."""
    per_window: int
    window_duration: float
    """Seconds."""
    window_step: float
    """Seconds between two windows."""

    def starts(self, windows: int) -> NDArray[np.int64]:
        """Return where the first frame of every window lies on the grid; shape (windows,)."""
        starts: NDArray[np.float64] = np.arange(windows, dtype=np.float64) * self.window_step
        return self._closest(starts + 0.5 * self.duration)

    def total(self, windows: int) -> int:
        """Return the number of frames of a recording of so many windows."""
        end = self.window_duration + (windows - 1) * self.window_step + 0.5 * self.duration
        return int(self._closest(np.float64(end))) + 1

    def middles(self, first: int, last: int) -> NDArray[np.float64]:
        """Return the middles of the frames first..last-1, in seconds of the recording."""
        starts = np.arange(first, last) * self.step
        return 0.5 * (starts + (starts + self.duration))

    def _closest(self, seconds: NDArray[np.float64] | np.float64) -> NDArray[np.int64]:
        return np.rint((seconds - 0.5 * self.duration) / self.step).astype(np.int64)
