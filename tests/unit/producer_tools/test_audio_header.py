"""Whether durations are read right from headers, and nothing else is taken for audio."""

import io
import math
import struct
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_tools.submit.audio_header import NotAudio, read_audio_header


def wav(frames: int, rate: int = 16_000, channels: int = 1, width: int = 2) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(width)
        writer.setframerate(rate)
        writer.writeframes(bytes(frames * channels * width))
    return file.getvalue()


def flac(samples: int, rate: int, first_block: int = 0) -> bytes:
    packed = (rate << 44) | (1 << 41) | (15 << 36) | samples
    block = bytes(10) + struct.pack(">Q", packed) + bytes(16)
    return b"fLaC" + bytes([first_block]) + len(block).to_bytes(3, "big") + block


@given(
    frames=st.integers(0, 5_000),
    rate=st.sampled_from([8_000, 16_000, 44_100, 48_000]),
    channels=st.integers(1, 8),
    width=st.integers(1, 4),
)
def test_a_wav_lasts_as_long_as_its_frames(
    frames: int, rate: int, channels: int, width: int
) -> None:
    header = read_audio_header(io.BytesIO(wav(frames, rate, channels, width)))

    assert header.container == "wav"
    assert header.duration_seconds == pytest.approx(frames / rate)


@given(samples=st.integers(1, 2**36 - 1), rate=st.integers(1, 2**20 - 1))
def test_a_flac_lasts_as_long_as_its_stream_info_says(samples: int, rate: int) -> None:
    header = read_audio_header(io.BytesIO(flac(samples, rate)))

    assert header.duration_seconds == pytest.approx(samples / rate)


@pytest.mark.parametrize("data", [flac(0, 16_000), flac(16_000, 0), flac(1, 1, first_block=4)])
def test_a_flac_that_does_not_say_its_length_has_no_duration(data: bytes) -> None:
    header = read_audio_header(io.BytesIO(data))

    assert header.container == "flac"
    assert header.duration_seconds is None


def test_a_wav_header_that_promises_more_than_the_file_holds_is_not_believed() -> None:
    whole = wav(16_000)

    header = read_audio_header(io.BytesIO(whole[: 44 + 16_000]))

    assert header.duration_seconds == pytest.approx(0.5)


def test_a_wav_over_4_gib_names_its_size_in_another_chunk() -> None:
    plain = wav(8_000)
    sizes = struct.pack("<QQQI", 0, 16_000, 8_000, 0)
    wide = (
        b"RF64\xff\xff\xff\xffWAVEds64"
        + struct.pack("<I", len(sizes))
        + sizes
        + plain[12:40]
        + b"\xff\xff\xff\xff"
        + plain[44:]
        + b"LIST\x00\x00\x00\x00"
    )

    header = read_audio_header(io.BytesIO(wide))

    assert header.duration_seconds == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("head", "container"),
    [
        (b"OggS\x00", "ogg"),
        (b"ID3\x04", "mpeg"),
        (b"\xff\xfb\x90", "mpeg"),
        (b"\x00\x00\x00\x20ftypM4A ", "mp4"),
        (b"\x1a\x45\xdf\xa3", "webm"),
    ],
)
def test_other_containers_are_recognised_without_a_duration(head: bytes, container: str) -> None:
    header = read_audio_header(io.BytesIO(head + bytes(64)))

    assert (header.container, header.duration_seconds) == (container, None)


@pytest.mark.parametrize(
    "data", [b"", b"RIFF", b"#EXTM3U\nfile.ts", b"hello, world", b"RIFF\x00\x00\x00\x00AVI "]
)
def test_what_is_no_audio_is_refused(data: bytes) -> None:
    with pytest.raises(NotAudio):
        read_audio_header(io.BytesIO(data))


@given(
    magic=st.sampled_from([b"", b"fLaC", b"RIFF\x00\x00\x00\x00WAVE", b"RF64\x00\x00\x00\x00WAVE"]),
    rest=st.binary(max_size=400),
)
def test_damaged_headers_never_give_an_absurd_duration(magic: bytes, rest: bytes) -> None:
    try:
        header = read_audio_header(io.BytesIO(magic + rest))
    except NotAudio:
        return

    seconds = header.duration_seconds
    assert seconds is None or (math.isfinite(seconds) and seconds >= 0)
