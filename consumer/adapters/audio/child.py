"""What does the process do that decodes files for the worker?

Started as `python -m consumer.adapters.audio.child SETUP` with a socket as standard input. It
imports, locks itself in, and answers orders until the socket closes. A file that kills it costs the
worker no more than this process.
"""

import io
import os
import signal
import socket
import sys
import wave
from collections.abc import Iterator
from typing import NoReturn

from consumer.adapters.audio.decoding import MakeStream, SampleStream, decode
from consumer.adapters.audio.mixing import Samples
from consumer.adapters.audio.sandbox import die_with_parent, seal
from consumer.adapters.audio.wire import (
    MESSAGE_BYTES,
    SAMPLE_BYTES,
    Answer,
    Order,
    Ready,
    ResamplerNeeded,
    Setup,
    encode,
    parse_order,
    parse_setup,
    refusal,
)
from consumer.core.errors import JobError, OutOfMemory
from consumer.diarization.allocator import keep_freed_memory

_SPARE_SECONDS = 60
"""The audio limit stops the decoding; the limit of the file only catches what slips through."""


class _AsItIs:
    """The stream for a file that has the wanted rate already."""

    def push(self, samples: Samples) -> Iterator[Samples]:
        yield samples

    def finish(self) -> Iterator[Samples]:
        yield from ()


class _ResamplerMissing(Exception):
    """The file needs torch, and this child cannot import it any more."""


def main() -> None:
    """Serve until the worker closes the socket."""
    setup = parse_setup(sys.argv[1])
    die_with_parent(setup.parent_pid)
    for number in (signal.SIGINT, signal.SIGTERM):
        # They are for the worker, which may want this file finished before it goes.
        signal.signal(number, signal.SIG_IGN)
    keep_freed_memory()  # pieces of a megabyte would be mapped anew, each time
    make = _streams(setup)
    _rehearse(setup, make)
    seconds = int(setup.audio_seconds) + _SPARE_SECONDS
    with socket.socket(fileno=0) as control:
        is_filtered = seal(setup.memory_bytes, seconds * setup.sample_rate * SAMPLE_BYTES)
        control.send(encode(Ready(is_filtered)))
        while _serve(control, setup, make):
            pass


def _streams(setup: Setup) -> MakeStream:
    """Import what resampling takes, if it is wanted: behind the lock nothing can be imported."""
    other_rates: MakeStream = _refuse_rate
    if setup.with_resampler:
        from consumer.adapters.audio import resampling

        resampling.warm_up(setup.sample_rate)

        def other_rates(rate: int) -> SampleStream:
            return resampling.Resampler(rate, setup.sample_rate)

    return lambda rate: _AsItIs() if rate == setup.sample_rate else other_rates(rate)


def _rehearse(setup: Setup, make: MakeStream) -> None:
    """Decode a made-up file: PyAV imports some of its modules on first use only."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, setup.sample_rate, 0, "NONE", ""))
        writer.writeframes(bytes(setup.sample_rate))
    decode(file, io.BytesIO(), None, setup.audio_seconds, make)


def _refuse_rate(rate: int) -> NoReturn:
    raise _ResamplerMissing(f"{rate} Hz")


def _serve(control: socket.socket, setup: Setup, make: MakeStream) -> bool:
    """Answer one order; False when there are no more."""
    message, descriptors, _, _ = socket.recv_fds(control, MESSAGE_BYTES, 2)
    if not message:
        return False
    source, sink = descriptors
    try:
        answer = _answer(source, sink, parse_order(message), setup.audio_seconds, make)
    finally:
        os.close(source)
        os.close(sink)
    control.send(encode(answer))
    return True


def _answer(source: int, sink: int, order: Order, limit_seconds: float, make: MakeStream) -> Answer:
    try:
        with (
            open(source, "rb", buffering=0, closefd=False) as file,
            open(sink, "wb", buffering=0, closefd=False) as samples,
        ):
            return decode(file, samples, order.channel, limit_seconds, make)
    except _ResamplerMissing:
        return ResamplerNeeded()
    except JobError as error:
        return refusal(error)
    except MemoryError:
        return refusal(OutOfMemory("decoding this file took more memory than its limit"))


if __name__ == "__main__":
    main()
