"""Does every kind of file that producers send come out as the sound that went in?"""

import struct
from pathlib import Path

import numpy as np
import pytest

from consumer.adapters.audio.decoder import SandboxedDecoder
from consumer.core.model import SAMPLE_RATE
from tests.contract.audio.conftest import decoded_by
from tests.contract.audio.recordings import Recipe, Sound, encoded, pcm16, sound, wav

SECONDS = 5.0

LOSSLESS = {
    "WAV of floats": Recipe("wav", "pcm_f32le"),
    "WAV of 24 bits": Recipe("wav", "pcm_s24le"),
    "FLAC": Recipe("flac", "flac"),
    "stereo FLAC": Recipe("flac", "flac", channels=2),
}
LOSSY = {
    "8 kHz mu-law": Recipe("wav", "pcm_mulaw", rate=8_000),
    "MP3 of constant rate": Recipe("mp3", "libmp3lame", 44_100, 2, 128_000),
    "MP3 of variable rate": Recipe("mp3", "libmp3lame", options=(("compression_level", "2"),)),
    "MP3 without a Xing header": Recipe(
        "mp3", "libmp3lame", bit_rate=32_000, options=(("write_xing", "0"),)
    ),
    "Ogg with Opus": Recipe("ogg", "libopus", 48_000),
    "Ogg with Vorbis": Recipe("ogg", "vorbis", 44_100, 2),
    "M4A": Recipe("ipod", "aac", 44_100, 2),
    "bare AAC": Recipe("adts", "aac", 44_100),
    "MP4 with pictures": Recipe("mp4", "aac", 48_000, video="mpeg4"),
    "WebM with pictures": Recipe("webm", "libopus", 48_000, video="libvpx"),
    "WebM": Recipe("webm", "libopus", 48_000),
}


def mono(samples: Sound) -> Sound:
    mean: Sound = samples.mean(axis=0)
    return mean


def similarity(decoded: memoryview, samples: Sound, rate: int, slack_ms: int = 0) -> float:
    """Correlation with the original at the times of the decoded samples, or just beside them."""
    heard = np.asarray(decoded)
    at = np.arange(len(heard)) / SAMPLE_RATE
    slack = slack_ms * SAMPLE_RATE // 1_000
    originals = (
        np.interp(at + lag / SAMPLE_RATE, np.arange(samples.shape[1]) / rate, mono(samples))
        for lag in range(-slack, slack + 1)
    )
    return max(float(np.corrcoef(heard, original)[0, 1]) for original in originals)


@pytest.mark.parametrize("recipe", LOSSLESS.values(), ids=LOSSLESS.keys())
def test_lossless_files_come_out_exactly(
    sandboxed: SandboxedDecoder, tmp_path: Path, recipe: Recipe
) -> None:
    samples = sound(SECONDS, channels=recipe.channels)

    decoded = decoded_by(sandboxed, encoded(recipe, samples, tmp_path))

    bits = 24 if "24" in recipe.codec else 16
    tolerance = 0.0 if recipe.codec == "pcm_f32le" else 2.0 ** (1 - bits)
    np.testing.assert_allclose(
        np.asarray(decoded.waveform.samples), mono(samples), rtol=0, atol=tolerance
    )
    assert decoded.warnings == ()


def test_flac_and_wav_of_the_same_samples_are_the_same(
    sandboxed: SandboxedDecoder, tmp_path: Path
) -> None:
    exact = (pcm16(sound(SECONDS)).T / np.float32(32_768)).astype(np.float32)

    flac = decoded_by(sandboxed, encoded(Recipe("flac", "flac"), exact, tmp_path)).waveform

    plain = decoded_by(sandboxed, wav((exact.T * 32_768).astype(np.int16))).waveform
    assert flac.samples == plain.samples


@pytest.mark.parametrize("recipe", LOSSY.values(), ids=LOSSY.keys())
def test_lossy_files_sound_alike_at_the_same_times_and_warn_of_nothing(
    sandboxed: SandboxedDecoder, tmp_path: Path, recipe: Recipe
) -> None:
    samples = sound(SECONDS, recipe.rate, recipe.channels)

    decoded = decoded_by(sandboxed, encoded(recipe, samples, tmp_path))

    assert decoded.warnings == ()
    assert decoded.waveform.seconds == pytest.approx(SECONDS, abs=0.1)
    # Without Xing header or container, a file does not say how much of its start is padding.
    unaligned = dict(recipe.options).get("write_xing") == "0" or recipe.container == "adts"
    # FFmpeg's own encoder for Vorbis is a crude one.
    alike = 0.8 if recipe.codec == "vorbis" else 0.98
    assert unaligned or similarity(decoded.waveform.samples, samples, recipe.rate) > alike


@pytest.mark.parametrize("channel", [0, 1])
def test_one_channel_of_a_stereo_file_can_be_chosen(
    sandboxed: SandboxedDecoder, tmp_path: Path, channel: int
) -> None:
    recipe = Recipe("ipod", "aac", 44_100, 2, 192_000)
    samples = sound(SECONDS, 44_100, 2)

    decoded = decoded_by(sandboxed, encoded(recipe, samples, tmp_path), channel)

    heard = decoded.waveform.samples
    assert similarity(heard, samples[channel : channel + 1], 44_100) > 0.98
    assert abs(similarity(heard, samples[1 - channel : 2 - channel], 44_100)) < 0.5


def test_sound_that_starts_after_its_pictures_keeps_its_times(
    sandboxed: SandboxedDecoder, tmp_path: Path
) -> None:
    recipe = Recipe("mp4", "aac", 48_000, video="mpeg4", sound_starts=2.0)
    samples = sound(SECONDS, 48_000)

    decoded = decoded_by(sandboxed, encoded(recipe, samples, tmp_path))

    late = np.concatenate((np.zeros((1, 96_000), np.float32), samples), axis=1)
    assert decoded.waveform.seconds == pytest.approx(SECONDS + 2.0, abs=0.1)
    assert similarity(decoded.waveform.samples, late, 48_000, slack_ms=1) > 0.98
    assert decoded.warnings == ()


def test_a_hole_in_the_time_stamps_is_silence_and_is_told(
    sandboxed: SandboxedDecoder, tmp_path: Path
) -> None:
    recipe = Recipe("webm", "libopus", 48_000, hole=(2.0, 4.0))
    samples = sound(SECONDS, 48_000)
    heard = samples.copy()
    heard[:, 96_000:192_000] = 0.0

    decoded = decoded_by(sandboxed, encoded(recipe, samples, tmp_path))

    assert decoded.waveform.seconds == pytest.approx(SECONDS, abs=0.1)
    # WebM counts in milliseconds, so what follows the hole may be half of one off.
    assert similarity(decoded.waveform.samples, heard, 48_000, slack_ms=1) > 0.9
    assert [warning.code for warning in decoded.warnings] == ["audio_truncated"]
    assert "2.0 s are missing" in decoded.warnings[0].message


def test_a_rate_that_changes_on_the_way_is_followed(
    sandboxed: SandboxedDecoder, tmp_path: Path
) -> None:
    parts = [
        encoded(Recipe("adts", "aac", rate), sound(SECONDS, rate), tmp_path)
        for rate in (44_100, 48_000)
    ]

    decoded = decoded_by(sandboxed, b"".join(parts))

    # Bare AAC has no clock of its own: FFmpeg counts the second part at the rate of the first.
    assert decoded.waveform.seconds == pytest.approx(2 * SECONDS, abs=0.6)


def test_one_ogg_stream_after_another_is_one_recording(
    sandboxed: SandboxedDecoder, tmp_path: Path
) -> None:
    part = encoded(Recipe("ogg", "libopus", 48_000), sound(SECONDS, 48_000), tmp_path)

    decoded = decoded_by(sandboxed, part + part)

    assert decoded.waveform.seconds == pytest.approx(2 * SECONDS, abs=0.1)
    assert decoded.warnings == ()


def test_samples_that_are_no_numbers_are_silence_and_are_told(
    sandboxed: SandboxedDecoder, tmp_path: Path
) -> None:
    samples = sound(1.0)
    samples[0, 10:14] = (np.nan, np.inf, -np.inf, 1e30)
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 3, 1, SAMPLE_RATE, 4 * SAMPLE_RATE, 4, 32)
    data = struct.pack("<4sI", b"data", samples.nbytes) + samples.tobytes()
    file = struct.pack("<4sI4s", b"RIFF", 4 + len(fmt) + len(data), b"WAVE") + fmt + data

    decoded = decoded_by(sandboxed, file)

    samples[0, 10:14] = 0.0
    assert np.array_equal(np.asarray(decoded.waveform.samples), samples[0])
    assert "4 samples" in decoded.warnings[0].message
