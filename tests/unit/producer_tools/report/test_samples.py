"""Whether a recording becomes blocks of samples, whatever kind of file it is."""

import sys
import wave
from collections.abc import Sequence
from pathlib import Path

import pytest

from producer_tools.report.samples import DecoderMissing, Undecodable, sample_blocks

RATE = 8000


def write_wav(path: Path, samples: Sequence[int], channels: int = 1, width: int = 2) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, width, RATE, 0, "NONE", ""))
        file.writeframes(b"".join(s.to_bytes(width, "little", signed=True) for s in samples))
    return path


def test_a_plain_wav_is_read_as_it_is(tmp_path: Path) -> None:
    samples = [number % 1000 - 500 for number in range(400)]

    blocks = list(sample_blocks(write_wav(tmp_path / "a.wav", samples), "wav"))

    assert [len(block) for block in blocks] == [160, 160, 80]
    assert [sample for block in blocks for sample in block] == samples


def test_all_channels_of_a_plain_wav_are_read(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "stereo.wav", [1, -2] * 160, channels=2)

    blocks = list(sample_blocks(path, "wav"))

    assert [list(block) for block in blocks] == [[1, -2] * 160]


def test_other_kinds_are_decoded(tmp_path: Path) -> None:
    pytest.importorskip("av", reason="the extra `report` is not installed")
    path = write_wav(tmp_path / "24.wav", [2**22] * RATE, width=3)

    blocks = list(sample_blocks(path, "wav"))

    assert sum(map(len, blocks)) == pytest.approx(16_000, abs=100)
    assert {len(block) for block in blocks[:-1]} == {320}
    assert max(blocks[20]) == pytest.approx(2**14, rel=0.01)


def test_what_cannot_be_decoded_is_named(tmp_path: Path) -> None:
    pytest.importorskip("av", reason="the extra `report` is not installed")
    path = tmp_path / "noise.flac"
    path.write_bytes(b"fLaC" + b"\x00\xff" * 500)

    with pytest.raises(Undecodable, match=r"noise\.flac: cannot be decoded"):
        list(sample_blocks(path, "flac"))


def test_without_a_decoder_the_way_out_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    path = tmp_path / "call.flac"
    path.write_bytes(b"fLaC")

    with pytest.raises(DecoderMissing, match=r"extra `report`, or .* --no-waveform"):
        list(sample_blocks(path, "flac"))
