"""Does each kind of bad file end with its own code, and soon?"""

import os
import random
import time
from pathlib import Path

import pytest

from consumer.adapters.audio.decoder import SandboxedDecoder
from consumer.adapters.audio.limits import DecodeLimits
from consumer.core.errors import AudioTooLong, AudioUndecodable, OutOfMemory
from tests.contract.audio.conftest import decoded_by
from tests.contract.audio.processes import children, cpu_ticks
from tests.contract.audio.recordings import Recipe, encoded, pcm16, silent_flac, sound, wav

TWELVE_HOURS = 12 * 3_600


@pytest.fixture
def local_recording(tmp_path: Path) -> Path:
    """Somebody else's audio on the machine of the worker."""
    path = tmp_path / "secret.wav"
    path.write_bytes(wav(pcm16(sound(1.0))))
    return path


@pytest.mark.parametrize(
    "playlist",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{path}\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{path}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{path}'\n",
    ],
    ids=["HLS with a URL", "HLS with a path", "ffconcat"],
)
def test_a_list_of_other_files_is_never_followed(
    sandboxed: SandboxedDecoder, local_recording: Path, playlist: str
) -> None:
    with pytest.raises(AudioUndecodable, match="not a readable audio file"):
        decoded_by(sandboxed, playlist.format(path=local_recording).encode())


def test_random_bytes_are_undecodable(sandboxed: SandboxedDecoder) -> None:
    with pytest.raises(AudioUndecodable):
        decoded_by(sandboxed, random.Random(9).randbytes(100_000))


def test_pictures_without_sound_are_undecodable(
    sandboxed: SandboxedDecoder, tmp_path: Path
) -> None:
    with pytest.raises(AudioUndecodable, match="no audio track"):
        decoded_by(sandboxed, pictures_only(tmp_path))


@pytest.mark.parametrize("says_how_long", [True, False])
def test_twelve_hours_of_silence_are_too_long_within_seconds(
    sandboxed: SandboxedDecoder, says_how_long: bool
) -> None:
    file = silent_flac(TWELVE_HOURS, rate=16_000, says_how_long=says_how_long)
    started = time.monotonic()

    with pytest.raises(AudioTooLong, match="36000 s"):
        decoded_by(sandboxed, file)

    assert time.monotonic() - started < 30


def test_a_limit_of_minutes_is_kept_to_the_frame() -> None:
    limits = DecodeLimits(audio_seconds=60.0)
    with SandboxedDecoder(limits, children=1) as decoder:
        assert decoded_by(decoder, wav(pcm16(sound(60.0)))).waveform.seconds == 60.0

        with pytest.raises(AudioTooLong):
            decoded_by(decoder, wav(pcm16(sound(60.1))))


def test_an_odd_sample_rate_is_refused_by_name(sandboxed: SandboxedDecoder) -> None:
    with pytest.raises(AudioUndecodable, match="44099 Hz"):
        decoded_by(sandboxed, wav(pcm16(sound(1.0)), rate=44_099))


def test_more_channels_than_can_be_read_are_undecodable(
    sandboxed: SandboxedDecoder, tmp_path: Path
) -> None:
    recipe = Recipe("ogg", "libopus", 48_000, channels=16, bit_rate=512_000)
    file = encoded(recipe, sound(1.0, 48_000, 16), tmp_path)

    with pytest.raises(AudioUndecodable, match="not one sample"):
        decoded_by(sandboxed, file)


def test_a_codec_that_nobody_knows_is_undecodable(sandboxed: SandboxedDecoder) -> None:
    file = bytearray(wav(pcm16(sound(1.0))))
    file[20:22] = b"\x34\x12"

    with pytest.raises(AudioUndecodable, match="unknown format"):
        decoded_by(sandboxed, bytes(file))


def test_a_file_that_needs_more_memory_than_its_limit_ends_alone() -> None:
    limits = DecodeLimits(memory_bytes=2_000_000)
    large = wav(pcm16(sound(60.0, channels=8)))
    with SandboxedDecoder(limits, children=1) as decoder:
        with pytest.raises(OutOfMemory):
            decoded_by(decoder, large)

        assert decoded_by(decoder, wav(pcm16(sound(0.1)))).waveform.seconds == 0.1


def test_a_file_that_never_ends_meets_the_processor_limit() -> None:
    limits = DecodeLimits(cpu_seconds=1, audio_seconds=1e6)
    # Long enough for the fastest machine: twelve hours of silence decode in a second or two.
    endless = silent_flac(6 * TWELVE_HOURS, rate=16_000, says_how_long=False)
    with SandboxedDecoder(limits, children=1) as decoder:
        with pytest.raises(AudioUndecodable, match="1 s of processor time"):
            decoded_by(decoder, endless)

        assert decoded_by(decoder, wav(pcm16(sound(0.1)))).waveform.seconds == 0.1


def test_the_processor_limit_counts_per_file_and_not_per_child() -> None:
    limits, before = DecodeLimits(cpu_seconds=1), children()
    hour = silent_flac(3_600, rate=16_000, says_how_long=True)
    with SandboxedDecoder(limits, children=1) as decoder:
        used = 0
        while used < 3 * os.sysconf("SC_CLK_TCK"):
            assert decoded_by(decoder, hour).waveform.seconds >= 3_600
            (pid,) = children() - before
            used = cpu_ticks(pid)


def test_a_file_that_takes_too_long_is_given_up() -> None:
    limits = DecodeLimits(wall_seconds=0.2, audio_seconds=1e6)
    with SandboxedDecoder(limits, children=1) as decoder:
        with pytest.raises(AudioUndecodable, match="longer than 0"):
            decoded_by(decoder, silent_flac(TWELVE_HOURS, rate=16_000, says_how_long=False))

        assert decoded_by(decoder, wav(pcm16(sound(0.1)))).waveform.seconds == 0.1


def pictures_only(directory: Path) -> bytes:
    import av

    path = directory / "pictures"
    with av.open(str(path), "w", format="mp4") as output:
        stream = output.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(5):
            output.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        output.mux(stream.encode(None))
    return path.read_bytes()
