"""Whether what the load writes as FLAC is what FFmpeg reads from it."""

import io
import struct

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producer_tools.load.flac import BLOCK_BYTES, write_flac
from producer_tools.load.sound import pattern

SAMPLES = st.sampled_from([-32_768, 32_767]) | st.integers(-32_768, 32_767)
MOTIFS = st.lists(SAMPLES, min_size=1, max_size=40)


def block(motif: list[int]) -> bytes:
    """A motif over and over."""
    samples = (motif * (BLOCK_BYTES // 2))[: BLOCK_BYTES // 2]
    return struct.pack(f"<{len(samples)}h", *samples)


def written(blocks: list[bytes], count: int) -> io.BytesIO:
    file = io.BytesIO()
    write_flac(file, blocks, count)
    file.seek(0)
    return file


def heard(file: io.BytesIO) -> bytes:
    """The samples, by a decoder that fails at any wrong checksum."""
    with av.open(file, "r") as container:
        container.streams.audio[0].codec_context.options = {
            "err_detect": "crccheck+bitstream+explode"
        }
        return b"".join(
            frame.to_ndarray().astype("<i2").tobytes() for frame in container.decode(audio=0)
        )


@settings(deadline=None, max_examples=40)
@given(motifs=st.lists(MOTIFS, min_size=1, max_size=4), count=st.integers(1, 9))
def test_any_sound_comes_back_as_it_was(motifs: list[list[int]], count: int) -> None:
    blocks = [block(motif) for motif in motifs]

    file = written(blocks, count)

    assert heard(file) == b"".join((blocks * count)[:count])


@pytest.mark.parametrize("count", [127, 128, 2_049])
def test_frame_numbers_of_any_length_are_read(count: int) -> None:
    silence = bytes(BLOCK_BYTES)

    assert heard(written([silence], count)) == silence * count


def test_a_wrong_checksum_would_be_noticed() -> None:
    damaged = written([block([1, 5, -9])], 3).getvalue()[:-1] + b"?"

    with pytest.raises(av.error.InvalidDataError):
        heard(io.BytesIO(damaged))


def test_made_up_sound_is_half_as_long_as_plain_samples() -> None:
    sound = pattern(0)
    blocks = [sound[at : at + BLOCK_BYTES] for at in range(0, len(sound), BLOCK_BYTES)]

    file = written(blocks, len(blocks))

    assert heard(file) == sound
    assert len(file.getvalue()) < 0.6 * len(sound)
