"""How does the worker run one decoder child, and what does it know when that child is gone?"""

import math
import os
import resource
import signal
import socket
import subprocess
import sys
from pathlib import Path

import consumer
from consumer.adapters.audio.limits import DecodeLimits
from consumer.adapters.audio.usage import Usage
from consumer.adapters.audio.wire import (
    MESSAGE_BYTES,
    Answer,
    Order,
    ProtocolViolation,
    Ready,
    Setup,
    encode,
    parse_answer,
)
from consumer.core.errors import AudioUndecodable, Internal, JobError, OutOfMemory
from consumer.core.model import SAMPLE_RATE

_START_SECONDS = 120.0
"""Importing torch on a busy machine takes a while; a child that needs longer will never come."""
_GROWTH_BYTES = 256 * 1024 * 1024
"""A child that keeps so much more than it had at its start is replaced."""


class ChildGone(Exception):
    """The child died or was killed while it worked; `error` is what its job ends with."""

    def __init__(self, error: JobError) -> None:
        super().__init__(str(error))
        self.error = error


class DecoderProcess:
    """One child and the socket to it. Used by one thread at a time."""

    def __init__(self, limits: DecodeLimits, with_resampler: bool) -> None:
        """Start the child and wait until it has locked itself in. Raises `ChildGone`.

        The kernel kills the child when the calling *thread* ends, not when the process does: call
        it from a thread that lives as long as the child should.
        """
        self.with_resampler = with_resampler
        self._limits = limits
        self._jobs = 0
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                _command(limits, with_resampler),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=_environment(),
                # A Ctrl-C at the terminal is for the worker, which drains.
                start_new_session=True,
            )
        self._usage = Usage(self._process.pid)
        _, self._most_cpu_seconds = resource.prlimit(self._process.pid, resource.RLIMIT_CPU)
        self.is_filtered = self._await_ready()
        self._resident_at_start = self._usage.resident_bytes

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    @property
    def is_worn(self) -> bool:
        """Whether the next file should get a fresh child."""
        grown = self._usage.resident_bytes - self._resident_at_start
        return self._jobs >= self._limits.jobs_per_child or grown > _GROWTH_BYTES

    def ask(self, order: Order, source: int, sink: int) -> Answer:
        """Have one file decoded from descriptor to descriptor. Raises `ChildGone`."""
        self._jobs += 1
        self._allow_cpu_seconds(self._limits.cpu_seconds)
        try:
            socket.send_fds(self._control, [encode(order)], [source, sink])
        except OSError as error:
            raise ChildGone(self._cause_of_death()) from error
        return self._receive(self._limits.wall_seconds)

    def kill(self) -> None:
        """End the child from any thread; it has nothing that is worth saving."""
        self._process.kill()

    def stop(self) -> None:
        """Kill and reap the child."""
        self.kill()
        self._process.wait()
        self._usage.close()
        self._control.close()

    def _await_ready(self) -> bool:
        try:
            ready = self._receive(_START_SECONDS)
        except ChildGone as gone:
            self.stop()
            why = "the audio decoder does not start; standard error says why"
            raise ChildGone(Internal(why)) from gone
        return isinstance(ready, Ready) and ready.is_filtered

    def _receive(self, timeout_seconds: float) -> Answer:
        self._control.settimeout(timeout_seconds)
        try:
            return parse_answer(self._control.recv(MESSAGE_BYTES))
        except TimeoutError as error:
            raise ChildGone(
                AudioUndecodable(f"decoding took longer than {timeout_seconds:.0f} s")
            ) from error
        except (OSError, ProtocolViolation) as error:
            raise ChildGone(self._cause_of_death()) from error

    def _cause_of_death(self) -> JobError:
        """Say why the socket is silent; a child that still lives has talked nonsense."""
        try:
            status = self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            return AudioUndecodable("the file made its decoder answer out of order")
        match -status:
            case signal.SIGXCPU:
                seconds = self._limits.cpu_seconds
                return AudioUndecodable(f"decoding took more than {seconds} s of processor time")
            case signal.SIGKILL:
                return OutOfMemory(
                    "the decoder was killed from outside, as the kernel does when memory runs out"
                )
            case number if number > 0:
                return AudioUndecodable(f"the file crashed its decoder (signal {number})")
            case _:
                return AudioUndecodable(f"the file broke its decoder (exit status {status})")

    def _allow_cpu_seconds(self, seconds: int) -> None:
        """Raise the limit for one more job: the kernel counts over the life of a process."""
        try:
            limits = math.ceil(self._usage.cpu_seconds) + seconds, self._most_cpu_seconds
            resource.prlimit(self._process.pid, resource.RLIMIT_CPU, limits)
        except (OSError, ValueError) as error:
            raise ChildGone(self._cause_of_death()) from error


def _command(limits: DecodeLimits, with_resampler: bool) -> list[str]:
    setup = Setup(
        parent_pid=os.getpid(),
        sample_rate=SAMPLE_RATE,
        audio_seconds=limits.audio_seconds,
        memory_bytes=limits.memory_bytes,
        with_resampler=with_resampler,
    )
    module = "consumer.adapters.audio.child"
    return [sys.executable, "-P", "-m", module, encode(setup).decode()]


def _environment() -> dict[str, str]:
    """One thread, our package, no secret: the worker's own environment holds credentials."""
    threads = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "PATH") if name in os.environ}
    root = str(Path(consumer.__file__).parents[1])
    return {**kept, **dict.fromkeys(threads, "1"), "PYTHONPATH": root, "CUDA_VISIBLE_DEVICES": ""}
