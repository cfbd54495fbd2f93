"""Read a recording as samples, for the baseline that needs no model."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAMPLE_RATE = 16_000


def read_waveform(path: Path) -> "NDArray[np.float32]":
    """Return the mean of the channels at 16 kHz, within [-1, 1]."""
    import av
    import numpy as np

    resampler = av.AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE)
    with av.open(str(path)) as container:
        blocks = [
            block.to_ndarray()[0]
            for frame in (*container.decode(audio=0), None)
            for block in resampler.resample(frame)
        ]
    return np.concatenate(blocks).astype(np.float32)
