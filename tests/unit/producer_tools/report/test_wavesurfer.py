"""Whether the script that draws waveforms is the pinned one, or is said to be missing."""

from pathlib import Path

import pytest

from producer_tools.report.wavesurfer import VERSION, WavesurferMissing, cached, checked


def test_the_copy_in_the_cache_is_used(tmp_path: Path) -> None:
    path = tmp_path / "caches" / "turnstream" / f"wavesurfer.js-{VERSION}.js"
    path.parent.mkdir(parents=True)
    path.touch()

    assert cached({"XDG_CACHE_HOME": str(tmp_path / "caches")}, Path("/nowhere")) == path


def test_the_cache_is_in_the_home_where_nothing_else_is_said(tmp_path: Path) -> None:
    path = tmp_path / ".cache" / "turnstream" / f"wavesurfer.js-{VERSION}.js"
    path.parent.mkdir(parents=True)
    path.touch()

    assert cached({}, tmp_path) == path


def test_without_npm_the_way_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(WavesurferMissing, match=r"install npm, or .* --no-waveform"):
        cached({}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_another_archive_is_refused() -> None:
    with pytest.raises(WavesurferMissing, match="not what it was"):
        checked(b"something else")
