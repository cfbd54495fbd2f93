"""Whether a load finds recordings, or makes them up once."""

from pathlib import Path

import pytest

from producer_tools.exits import WrongUsage
from producer_tools.load.gathering import gather
from producer_tools.load.mix import Mix
from producer_tools.load.synthesis import VARIANTS, synthesize
from producer_tools.submit.upload import upload_to
from schemas.uri import ObjectUri
from tests.unit.producer_tools.test_audio_header import wav


def test_audio_in_a_directory_is_found_and_measured(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "call #1.wav").write_bytes(wav(8_000))
    (tmp_path / "notes.txt").write_text("no audio")

    (found,) = gather([f"{tmp_path.as_uri()}/"], upload_to(None)).things

    assert found.uri.path == str(tmp_path / "deep" / "call #1.wav")
    assert (found.duration_seconds, found.size_bytes) == (0.5, 16_044)


def test_local_files_are_uploaded_and_stored_ones_taken_as_they_are(tmp_path: Path) -> None:
    call = tmp_path / "call.wav"
    call.write_bytes(wav(8_000))
    upload = upload_to(f"file://{tmp_path}/store/")

    copied, stored = gather([str(call), "s3://calls/x.flac"], upload).things

    assert Path(copied.uri.path).read_bytes() == call.read_bytes()
    assert copied.duration_seconds == 0.5
    assert stored.uri == ObjectUri("s3", "calls", "x.flac")
    assert stored.duration_seconds is None


@pytest.mark.parametrize(
    ("source", "sentence"),
    [("s3://b/", "must name a bucket"), ("ftp://calls/", "must begin with")],
)
def test_what_is_no_prefix_is_refused(source: str, sentence: str) -> None:
    with pytest.raises(WrongUsage, match=sentence):
        gather([source], upload_to(None))


def test_an_empty_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="there is no audio under it"):
        gather([f"{tmp_path.as_uri()}/"], upload_to(None))


def test_recordings_are_made_in_the_shares_asked_for_and_only_once(tmp_path: Path) -> None:
    durations = Mix.of([(0.5, 3.0), (1.0, 1.0)])
    upload = upload_to(f"file://{tmp_path}/store/")

    first = synthesize(durations, upload)
    written = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.flac")}
    second = synthesize(durations, upload)

    assert second == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.flac")} == written
    assert len(written) == 2 * VARIANTS
    shares = {recording.duration_seconds: 0.0 for recording in first.things}
    for recording, weight in first.weighted:
        shares[recording.duration_seconds] += weight
    assert shares == {0.5: pytest.approx(3.0), 1.0: pytest.approx(1.0)}


def test_durations_are_rounded_to_quarters_of_a_second(tmp_path: Path) -> None:
    durations = Mix.evenly([0.01, 8.13])

    made = synthesize(durations, upload_to(f"file://{tmp_path}/"))

    assert {recording.duration_seconds for recording in made.things} == {0.25, 8.25}
    assert all(recording.uri.key.endswith(".flac") for recording in made.things)
