"""How do the fetch threads get audio decoded by children that may die?"""

import logging
import queue
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self

from consumer.adapters.audio.limits import DecodeLimits
from consumer.adapters.audio.notes import warnings
from consumer.adapters.audio.process import ChildGone, DecoderProcess
from consumer.adapters.audio.sealed import anonymous_memory, read_only, sealed_samples
from consumer.adapters.audio.wire import (
    Findings,
    Order,
    ProtocolViolation,
    Refusal,
    ResamplerNeeded,
)
from consumer.core.errors import AudioUndecodable, Internal, OutOfMemory
from consumer.core.model import DecodedAudio, Waveform

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Slot:
    """Room for one child, used by one thread at a time."""

    process: DecoderProcess | None = None

    def clear(self) -> None:
        if self.process is not None:
            self.process.stop()
            self.process = None


class SandboxedDecoder:
    """A fixed number of decoder children, started when first needed; safe to use from any thread.

    Owns the children and the thread that starts them. Fulfils `consumer.core.ports.AudioDecoder`.
    """

    def __init__(
        self, limits: DecodeLimits, children: int, *, preload_resampler: bool = False
    ) -> None:
        """Start nothing yet.

        `preload_resampler`: children import torch at their start (2 s, 300 MB), not on demand.
        """
        self._limits = limits
        self._slots = [_Slot() for _ in range(children)]
        # Last in, first out: a second child is started only when two threads decode at once.
        self._idle: queue.LifoQueue[_Slot] = queue.LifoQueue()
        for slot in self._slots:
            self._idle.put(slot)
        self._with_resampler = preload_resampler
        # The kernel kills a child when the *thread* that started it ends: this one lives long.
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="decoder-starter")
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop all children; a job that is being decoded ends as `Internal`, to be done again."""
        self._is_closed = True
        for slot in self._slots:
            if slot.process is not None:
                slot.process.kill()
        for slot in [self._idle.get() for _ in self._slots]:
            slot.clear()
            self._idle.put(slot)
        self._starter.shutdown()

    def decode(self, file_descriptor: int, channel: int | None) -> DecodedAudio:
        """Decode the whole file behind the descriptor; waits while all children are busy."""
        slot = self._idle.get()
        try:
            return self._decode(slot, file_descriptor, Order(channel))
        except ProtocolViolation as error:
            slot.clear()
            raise AudioUndecodable(str(error)) from error
        except ChildGone as gone:
            slot.clear()
            raise (_stopped() if self._is_closed else gone.error) from gone
        finally:
            self._idle.put(slot)

    def _decode(self, slot: _Slot, file_descriptor: int, order: Order) -> DecodedAudio:
        process = self._living(slot)
        with read_only(file_descriptor) as source, anonymous_memory() as sink:
            answer = process.ask(order, source, sink)
            if process.is_worn:
                slot.clear()
            match answer:
                case Findings():
                    samples = sealed_samples(sink, answer.samples)
                    return DecodedAudio(Waveform(samples), warnings(answer))
                case Refusal():
                    raise answer.error()
                case ResamplerNeeded() if not process.with_resampler:
                    # Behind its lock a child can import nothing: exchange it; later ones know.
                    self._with_resampler = True
                    slot.clear()
                case _:
                    raise ProtocolViolation("the decoder answered out of order")
        return self._decode(slot, file_descriptor, order)

    def _living(self, slot: _Slot) -> DecoderProcess:
        if self._is_closed:
            raise ChildGone(_stopped())
        if slot.process is None or not slot.process.is_alive:
            slot.clear()
            slot.process = self._start()
        return slot.process

    def _start(self) -> DecoderProcess:
        start = self._starter.submit(DecoderProcess, self._limits, self._with_resampler)
        try:
            process = start.result()
        except OSError as error:
            raise ChildGone(OutOfMemory(f"no decoder could be started ({error})")) from error
        if not process.is_filtered:
            log.warning("decoder child runs without a system call filter")
        return process


def _stopped() -> Internal:
    return Internal("the worker stopped while the audio was being decoded")
