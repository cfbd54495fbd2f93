"""Do decoder children die alone, and leave nothing behind?"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

import consumer
from consumer.adapters.audio.decoder import SandboxedDecoder
from consumer.adapters.audio.limits import DecodeLimits
from consumer.core.errors import AudioUndecodable, Internal, OutOfMemory
from consumer.core.model import DecodedAudio
from tests.contract.audio.conftest import decoded_by
from tests.contract.audio.processes import (
    children,
    cpu_ticks,
    eventually,
    is_alive,
    open_descriptors,
)
from tests.contract.audio.recordings import pcm16, silent_flac, sound, wav

SHORT = wav(pcm16(sound(0.1)))
ENDLESS = silent_flac(12 * 3_600, rate=16_000, says_how_long=False)
UNLIMITED = DecodeLimits(audio_seconds=1e6)


@pytest.fixture
def decoder() -> Iterator[SandboxedDecoder]:
    with SandboxedDecoder(UNLIMITED, children=1) as decoder:
        yield decoder


def child_of(decoder: SandboxedDecoder) -> int:
    """The child that the next file will get."""
    before = children()
    decoded_by(decoder, SHORT)
    (pid,) = children() - before
    return pid


def busy_with_endless(
    decoder: SandboxedDecoder, pid: int, threads: ThreadPoolExecutor
) -> Future[DecodedAudio]:
    """Have the child work on a file that keeps it busy, and return once it is."""
    idle = cpu_ticks(pid)
    job = threads.submit(decoded_by, decoder, ENDLESS)
    assert eventually(lambda: cpu_ticks(pid) > idle + 10)
    return job


def test_nothing_is_started_before_the_first_file() -> None:
    before = children()

    with SandboxedDecoder(UNLIMITED, children=4):
        assert children() == before


def test_a_second_child_is_started_only_for_two_files_at_once() -> None:
    before = children()

    with SandboxedDecoder(UNLIMITED, children=4) as decoder:
        for _ in range(5):
            decoded_by(decoder, SHORT)

        assert len(children() - before) == 1


def test_a_child_that_is_killed_fails_only_its_own_file(decoder: SandboxedDecoder) -> None:
    pid = child_of(decoder)
    with ThreadPoolExecutor(1) as threads:
        job = busy_with_endless(decoder, pid, threads)

        os.kill(pid, signal.SIGKILL)

        with pytest.raises(OutOfMemory, match="killed from outside"):
            job.result()
    assert decoded_by(decoder, SHORT).waveform.seconds == 0.1


def test_a_child_that_died_between_files_fails_none(decoder: SandboxedDecoder) -> None:
    pid = child_of(decoder)

    os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not is_alive(pid))

    assert decoded_by(decoder, SHORT).waveform.seconds == 0.1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_signals_that_stop_a_worker_do_not_stop_its_children(
    decoder: SandboxedDecoder, number: signal.Signals
) -> None:
    pid = child_of(decoder)

    os.kill(pid, number)
    decoded_by(decoder, SHORT)

    assert is_alive(pid)


def test_closing_ends_the_children_and_hands_back_what_they_worked_on() -> None:
    before = children()
    decoder = SandboxedDecoder(UNLIMITED, children=2)
    pid = child_of(decoder)
    with ThreadPoolExecutor(1) as threads:
        job = busy_with_endless(decoder, pid, threads)

        decoder.close()

        with pytest.raises(Internal, match="stopped"):
            job.result()
    assert children() == before


def test_a_closed_decoder_takes_no_more_files() -> None:
    decoder = SandboxedDecoder(UNLIMITED, children=1)
    decoder.close()

    with pytest.raises(Internal, match="stopped"):
        decoded_by(decoder, SHORT)


def test_a_worn_child_is_replaced() -> None:
    limits = DecodeLimits(jobs_per_child=2)
    with SandboxedDecoder(limits, children=1) as decoder:
        pid = child_of(decoder)
        decoded_by(decoder, SHORT)

        assert not is_alive(pid)
        assert decoded_by(decoder, SHORT).waveform.seconds == 0.1


def test_a_child_without_torch_makes_room_for_one_that_has_it() -> None:
    with SandboxedDecoder(UNLIMITED, children=1) as decoder:
        pid = child_of(decoder)

        waveform = decoded_by(decoder, wav(pcm16(sound(1.0, 8_000)), 8_000)).waveform

        assert waveform.seconds == 1.0
        assert not is_alive(pid)


def test_a_child_outlives_the_thread_that_first_needed_it(decoder: SandboxedDecoder) -> None:
    thread = threading.Thread(target=decoded_by, args=(decoder, SHORT))
    before = children()
    thread.start()
    thread.join()

    (pid,) = children() - before
    decoded_by(decoder, SHORT)

    assert is_alive(pid)


def test_two_hundred_files_leave_no_process_and_no_descriptor(decoder: SandboxedDecoder) -> None:
    decoded_by(decoder, SHORT)
    before = children(), open_descriptors()

    for number in range(200):
        with suppress(AudioUndecodable):
            decoded_by(decoder, SHORT if number % 2 else b"no audio")

    assert (children(), open_descriptors()) == before


def test_a_worker_that_is_killed_leaves_no_child() -> None:
    script = (
        "import os, signal; from tests.contract.audio.test_children import *;"
        "decoder = SandboxedDecoder(UNLIMITED, children=1);"
        "print(child_of(decoder), flush=True); signal.pause()"
    )
    root = Path(consumer.__file__).parents[1]
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=root, text=True
    ) as worker:
        assert worker.stdout is not None
        pid = int(worker.stdout.readline())
        assert is_alive(pid)

        worker.kill()
        worker.wait()

        assert eventually(lambda: not is_alive(pid))
