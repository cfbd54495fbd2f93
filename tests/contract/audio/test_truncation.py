"""Does a reader learn that a file ended before its time?"""

from pathlib import Path

import pytest

from consumer.adapters.audio.decoder import SandboxedDecoder
from consumer.core.errors import AudioTruncated, AudioUndecodable
from tests.contract.audio.conftest import decoded_by
from tests.contract.audio.recordings import Recipe, encoded, pcm16, sound, wav

SECONDS = 20.0
TELLING = {
    "WAV": Recipe("wav", "pcm_s16le"),
    "FLAC": Recipe("flac", "flac"),
    "MP3": Recipe("mp3", "libmp3lame", 44_100, 2, 128_000),
    "Opus": Recipe("ogg", "libopus", 48_000),
    "WebM": Recipe("webm", "libopus", 48_000),
    "MP4 with its index in front": Recipe(
        "mp4", "aac", 44_100, options=(("movflags", "faststart"),)
    ),
}


@pytest.mark.parametrize("recipe", TELLING.values(), ids=TELLING.keys())
def test_half_a_file_gives_half_the_sound_and_a_warning(
    sandboxed: SandboxedDecoder, tmp_path: Path, recipe: Recipe
) -> None:
    file = encoded(recipe, sound(SECONDS, recipe.rate, recipe.channels), tmp_path)

    decoded = decoded_by(sandboxed, file[: len(file) // 2])

    assert decoded.waveform.seconds == pytest.approx(SECONDS / 2, abs=1.5)
    assert [warning.code for warning in decoded.warnings] == ["audio_truncated"]
    assert f"{decoded.waveform.seconds:.1f} s" in decoded.warnings[0].message


def test_an_m4a_that_lost_its_index_is_undecodable(
    sandboxed: SandboxedDecoder, tmp_path: Path
) -> None:
    file = encoded(Recipe("ipod", "aac", 44_100), sound(SECONDS, 44_100), tmp_path)

    with pytest.raises(AudioUndecodable):
        decoded_by(sandboxed, file[: len(file) // 2])


def test_a_header_without_its_audio_is_truncated(sandboxed: SandboxedDecoder) -> None:
    with pytest.raises(AudioTruncated, match=r"20\.0 s"):
        decoded_by(sandboxed, wav(pcm16(sound(SECONDS)))[:44])


def test_a_wav_written_to_a_pipe_promises_nothing(sandboxed: SandboxedDecoder) -> None:
    file = bytearray(wav(pcm16(sound(1.0))))
    file[40:44] = b"\xff\xff\xff\xff"

    decoded = decoded_by(sandboxed, bytes(file))

    assert decoded.waveform.seconds == pytest.approx(1.0)
    assert decoded.warnings == ()


@pytest.mark.parametrize("recipe", TELLING.values(), ids=TELLING.keys())
def test_some_spoilt_bytes_cost_little_and_shift_nothing(
    sandboxed: SandboxedDecoder, tmp_path: Path, recipe: Recipe
) -> None:
    file = bytearray(encoded(recipe, sound(SECONDS, recipe.rate, recipe.channels), tmp_path))
    middle = len(file) // 2
    file[middle : middle + 200] = bytes((7 * number) % 256 for number in range(200))

    decoded = decoded_by(sandboxed, bytes(file))

    assert decoded.waveform.seconds == pytest.approx(SECONDS, abs=0.2)
