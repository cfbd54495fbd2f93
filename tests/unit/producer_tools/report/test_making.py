"""Whether a page is made of what was asked for, and says what is missing."""

import json
import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from producer_tools.exits import ClientError, WrongUsage
from producer_tools.report.document import Document
from producer_tools.report.making import Wish, make
from tests.unit.producer_tools.report.documents import example
from tests.unit.producer_tools.report.test_samples import RATE, write_wav

QUIET = {"without_waveform": True}


@pytest.fixture
def call(tmp_path: Path) -> Path:
    """A second of sound."""
    return write_wav(tmp_path / "a call.wav", [100, -100] * (RATE // 2))


def made(document: Document, **wish: Any) -> dict[str, Any]:
    """The data of the page that was made."""
    html = make(document, Wish(**wish)).read_text("utf-8")
    data: dict[str, Any] = json.loads(re.findall(r'(?s)id="job">(.*?)</script>', html)[0])
    return data


def test_a_small_recording_goes_into_the_page(tmp_path: Path, call: Path) -> None:
    page = tmp_path / "call.html"

    sound = made(example("stored-result"), output=page, audio=str(call), **QUIET)["sound"]

    head, data = sound["source"].split(",")
    assert head == "data:audio/wav;base64"
    assert b64decode(data) == call.read_bytes()
    assert sound["duration_seconds"] == 1.0


def test_a_large_recording_stays_where_it_is(tmp_path: Path, call: Path) -> None:
    (tmp_path / "pages").mkdir()
    page = tmp_path / "pages" / "call.html"
    wish = {"output": page, "audio": call.as_uri(), "embed_at_most_bytes": 100}

    sound = made(example("stored-result"), **wish, **QUIET)["sound"]

    assert sound["source"] == "../a%20call.wav"
    assert list(page.parent.iterdir()) == [page]


def test_a_recording_beside_the_page_is_named_as_such(tmp_path: Path, call: Path) -> None:
    wish = {"output": tmp_path / "p.html", "audio": str(call), "embed_at_most_bytes": 0}

    sound = made(example("stored-result"), **wish, **QUIET)["sound"]

    assert sound["source"] == "./a%20call.wav"


def test_the_recording_is_the_one_that_the_result_names(tmp_path: Path, call: Path) -> None:
    stored = example("stored-result").answer.model_dump(mode="json")["audio"]
    document = example("stored-result", audio={**stored, "uri": call.as_uri()})

    sound = made(document, output=tmp_path / "p.html", **QUIET)["sound"]

    assert sound["source"].startswith("data:audio/wav;base64,")


def test_a_failed_job_asks_for_no_recording(tmp_path: Path) -> None:
    data = made(example("result-failed"), output=tmp_path / "failed.html")

    assert data["failure"]["code"] == "audio_not_found"
    assert data["sound"] is None


def test_without_audio_none_is_read(tmp_path: Path) -> None:
    data = made(example("stored-result"), output=tmp_path / "p.html", without_audio=True)

    assert data["sound"] is None
    assert data["turns"]


def test_the_page_is_named_after_the_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    path = make(example("result-failed"), Wish())

    assert path == Path("call-2026-11-22-0017.html")
    assert path.exists()


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"audio": "missing.wav"}, "there is no such file"),
        ({"audio": "ftp://h/x"}, "must begin with s3:// or file://"),
        ({"audio": __file__}, "is not an audio file"),
        ({"output": Path("nowhere/page.html")}, "nowhere: is no directory"),
    ],
)
def test_what_cannot_be_had_is_named(
    wish: dict[str, Any], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(WrongUsage, match=re.escape(sentence)):
        make(example("stored-result"), Wish(**wish))


def test_a_page_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClientError, match="cannot be written"):
        make(example("result-failed"), Wish(output=tmp_path))
