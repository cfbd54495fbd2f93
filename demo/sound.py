"""What is sound here, in memory and in files? One channel of float32 samples at 16 kHz."""

from pathlib import Path
from typing import TypeAlias

import av
import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
Waveform: TypeAlias = NDArray[np.float32]


def read_waveform(path: Path) -> Waveform:
    """Return the one channel of a 16 kHz file as float32 within [-1, 1]."""
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE)
    with av.open(str(path)) as container:
        blocks = [
            block.to_ndarray()[0]
            for frame in container.decode(audio=0)
            for block in resampler.resample(frame)
        ]
    return np.concatenate(blocks).astype(np.float32)


def write_flac(path: Path, waveform: Waveform) -> None:
    """Write one channel as 16-bit FLAC: nothing is lost but the seventeenth bit."""
    samples = np.round(np.clip(waveform, -1, 1) * 32767).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
    frame.sample_rate = SAMPLE_RATE
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream(
            "flac", rate=SAMPLE_RATE, layout="mono", options={"compression_level": "12"}
        )
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
