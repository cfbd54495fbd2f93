"""How does a recording of any length get to 16 kHz in flat memory, sample for sample as in one go?

The filter reaches over a few input samples only, so a block that brings its neighbourhood along
gives the very samples that the whole recording would.
"""

import math
from collections.abc import Iterator

import numpy as np
import torch
import torchaudio

from consumer.adapters.audio.mixing import Samples
from consumer.core.errors import AudioUndecodable

BLOCK_SECONDS = 16
_BLOCK_SAMPLES = 1 << 19
_REACH_PERIODS = 8
"""The filter ends after 6 zero crossings of 0.99 of the lower rate: within 7 periods, and one."""
_KERNEL_SAMPLES = 1 << 24
"""About `period_in * period_out`: 76,000 at 44.1 kHz, but 700 million at 44,099 Hz."""


class Resampler:
    """Takes mono blocks of one recording at its own rate, returns them at the wanted one."""

    def __init__(self, rate: int, wanted_rate: int) -> None:
        common = math.gcd(rate, wanted_rate)
        self._period_in, self._period_out = rate // common, wanted_rate // common
        if self._period_in * self._period_out > _KERNEL_SAMPLES:
            raise AudioUndecodable(f"a sample rate of {rate} Hz is not supported; use a usual one")
        self._rates = rate, wanted_rate
        self._reach = _REACH_PERIODS * self._period_in
        block = min(BLOCK_SECONDS * rate, _BLOCK_SAMPLES) // self._period_in
        self._block = max(1, block) * self._period_in
        self._left = 0
        self._held = np.empty(0, np.float32)

    def push(self, samples: Samples) -> Iterator[Samples]:
        """Yield what can be said for sure after these samples."""
        self._held = np.concatenate((self._held, samples))
        while len(self._held) >= self._left + self._block + self._reach:
            yield self._next_block()

    def finish(self) -> Iterator[Samples]:
        """Yield the rest; the recording ends here."""
        if len(self._held) > self._left:
            yield self._resampled(self._held)[self._skipped :]

    @property
    def _skipped(self) -> int:
        return self._left // self._period_in * self._period_out

    def _next_block(self) -> Samples:
        window = self._held[: self._left + self._block + self._reach]
        wanted = self._block // self._period_in * self._period_out
        block = self._resampled(window)[self._skipped : self._skipped + wanted]
        past = self._left + self._block
        self._left = min(self._reach, past)
        self._held = self._held[past - self._left :]
        return block

    def _resampled(self, samples: Samples) -> Samples:
        waveform = torch.from_numpy(np.ascontiguousarray(samples))
        try:
            resampled: Samples = torchaudio.functional.resample(waveform, *self._rates).numpy()
        except RuntimeError as error:
            # What torch raises when an allocation fails; nothing else can fail here.
            raise MemoryError(str(error)) from error
        return resampled


def warm_up(wanted_rate: int) -> None:
    """Load what torch loads on first use, and keep it to one thread."""
    torch.set_num_threads(1)
    for rate in (8_000, 44_100, 48_000):
        for _ in Resampler(rate, wanted_rate).push(np.zeros(_BLOCK_SAMPLES * 2, np.float32)):
            pass
