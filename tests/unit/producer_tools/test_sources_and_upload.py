"""Whether what was named on the command line is found, and where it is put."""

from pathlib import Path

import pytest

from producer_tools.exits import StoreUnreachable, WrongUsage
from producer_tools.submit.job_request import JobRequest
from producer_tools.submit.planning import PlannedJob
from producer_tools.submit.sources import LocalFile, local_file, parse_source
from producer_tools.submit.upload import upload_to
from schemas.uri import ObjectUri
from tests.unit.producer_tools.test_audio_header import wav


@pytest.fixture
def call(tmp_path: Path) -> LocalFile:
    """Half a second of silence in a file with an awkward name."""
    path = tmp_path / "a call #1 50%.wav"
    path.write_bytes(wav(8_000))
    return local_file(path)


def test_a_file_is_measured(call: LocalFile) -> None:
    assert call.size_bytes == 16_044
    assert call.duration_seconds == pytest.approx(0.5)
    assert len(call.sha256) == 64


def test_a_stored_object_is_taken_by_its_uri() -> None:
    assert parse_source("s3://calls/a b#c%20.wav") == ObjectUri("s3", "calls", "a b#c%20.wav")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("missing.wav", "there is no such file"),
        (".", "is a directory"),
        (__file__, "is not an audio file"),
        ("https://host/a.wav", "must begin with s3:// or file://"),
        ("s3://calls", "must name a key"),
    ],
)
def test_what_cannot_be_audio_is_refused_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(WrongUsage, match=sentence) as refusal:
        parse_source(text)

    assert str(refusal.value).startswith(text)


def test_a_copy_is_named_by_its_bytes_and_made_once(call: LocalFile, tmp_path: Path) -> None:
    upload = upload_to(f"file://{tmp_path}/store/")

    upload.store(call)
    copy = Path(upload.uri(call).path)
    first = copy.stat()
    upload.store(call)

    assert copy == tmp_path / "store" / call.sha256[:16] / call.path.name
    assert copy.read_bytes() == call.path.read_bytes()
    assert copy.stat().st_mtime_ns == first.st_mtime_ns
    assert [file.name for file in copy.parent.iterdir()] == [call.path.name]


def test_a_file_that_workers_can_read_already_is_not_copied(
    call: LocalFile, tmp_path: Path
) -> None:
    upload = upload_to(f"file://{tmp_path}/")

    upload.store(call)

    assert upload.uri(call) == ObjectUri.of_path(str(call.path))
    assert list(tmp_path.iterdir()) == [call.path]


def test_a_directory_that_cannot_be_written_is_named(call: LocalFile, tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file, not a directory")

    with pytest.raises(StoreUnreachable, match=r"store.*cannot be written"):
        upload_to(f"file://{tmp_path}/store/").store(call)


def test_without_a_place_for_files_the_sentence_says_what_to_set(call: LocalFile) -> None:
    with pytest.raises(WrongUsage, match="TURNSTREAM_UPLOAD_URI"):
        upload_to(None).uri(call)


def test_a_file_name_that_no_object_may_have_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "two\nlines.wav"
    path.write_bytes(wav(8_000))

    with pytest.raises(WrongUsage, match=r"two\\nlines.wav.*control characters"):
        PlannedJob.of(local_file(path), JobRequest(), upload_to(f"file://{tmp_path}/"), "call")


def test_a_prefix_must_end_in_a_slash() -> None:
    with pytest.raises(WrongUsage, match="--upload s3://calls/x: must end in /"):
        upload_to("s3://calls/x")
