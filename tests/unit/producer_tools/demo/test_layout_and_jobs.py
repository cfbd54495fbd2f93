"""Whether a run makes its own files, and nobody else's disappear."""

from pathlib import Path

import pytest

from producer_tools.demo.jobs import demo_jobs
from producer_tools.demo.layout import Assets, Layout
from producer_tools.exits import WrongUsage
from schemas.codec import SchemaError, decode_job
from tests.unit.producer_tools.test_audio_header import flac, wav


@pytest.fixture
def assets(tmp_path: Path) -> Assets:
    conversation, phone_call = tmp_path / "conversation.flac", tmp_path / "sample.wav"
    conversation.write_bytes(flac(16_000, 16_000) + bytes(20_000))
    phone_call.write_bytes(wav(16_000))
    return Assets(conversation, phone_call, tmp_path)


def test_what_an_earlier_run_made_goes_and_the_rest_stays(tmp_path: Path) -> None:
    earlier = Layout.fresh(tmp_path / "out")
    old_result = earlier.results / "old.json"
    old_result.touch()
    foreign = earlier.root / "notes.txt"
    foreign.touch()

    Layout.fresh(tmp_path / "out")

    assert not old_result.exists()
    assert foreign.exists()


def test_a_directory_that_others_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()

    with pytest.raises(WrongUsage, match="was not made by the demonstration"):
        Layout.fresh(tmp_path)

    assert list(tmp_path.iterdir()) == [tmp_path / "store"]


def test_three_jobs_are_as_the_contract_wants_them_and_one_is_not(
    assets: Assets, tmp_path: Path
) -> None:
    jobs = demo_jobs(assets, Layout.fresh(tmp_path / "out"))

    *valid, impossible = (job.outgoing.value for job in jobs)
    assert [decode_job(value).job_id for value in valid] == [
        "conversation",
        "phone-call",
        "corrupt-file",
    ]
    with pytest.raises(SchemaError, match=r"params\.max_speakers") as refusal:
        decode_job(impossible)
    assert refusal.value.job_id == "impossible-bounds"


def test_all_audio_lies_where_the_worker_may_read(assets: Assets, tmp_path: Path) -> None:
    layout = Layout.fresh(tmp_path / "out")

    jobs = demo_jobs(assets, layout)

    for job in jobs[:3]:
        stored = Path(decode_job(job.outgoing.value).audio.uri.path)
        assert stored.is_relative_to(layout.audio)
        assert stored.is_file()


def test_the_corrupt_file_has_a_whole_header_and_is_always_the_same(
    assets: Assets, tmp_path: Path
) -> None:
    first, second = (
        demo_jobs(assets, Layout.fresh(tmp_path / name))[2].outgoing.value for name in "ab"
    )

    assert decode_job(first).audio.duration_seconds == 1.0
    assert decode_job(first).audio.sha256 == decode_job(second).audio.sha256
