"""What do the tests of the decoders share?"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from consumer.core.model import DecodedAudio
from consumer.core.ports import AudioDecoder
from tests.conftest import needs
from tests.fakes.audio import FakeDecoder

needs("av", "tests of the decoder")

from consumer.adapters.audio.decoder import SandboxedDecoder
from consumer.adapters.audio.limits import DecodeLimits

Decode = Callable[..., DecodedAudio]


@contextmanager
def held_in_memory(data: bytes) -> Iterator[int]:
    """A descriptor of a file with these bytes, standing at its end as after a download."""
    descriptor = os.memfd_create("recording")
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(data)
        yield descriptor
    finally:
        os.close(descriptor)


def decoded_by(decoder: AudioDecoder, data: bytes, channel: int | None = None) -> DecodedAudio:
    """What the decoder makes of these bytes."""
    with held_in_memory(data) as descriptor:
        return decoder.decode(descriptor, channel)


@pytest.fixture(scope="session")
def sandboxed() -> Iterator[SandboxedDecoder]:
    """The decoder of the worker, with room for two files at a time."""
    with SandboxedDecoder(DecodeLimits(), children=2, preload_resampler=True) as decoder:
        yield decoder


@pytest.fixture(params=["fake", "sandboxed"])
def decoder(request: pytest.FixtureRequest) -> AudioDecoder:
    """Each decoder in turn."""
    if request.param == "fake":
        return FakeDecoder()
    real: AudioDecoder = request.getfixturevalue("sandboxed")
    return real
