"""Whether the page shows what the answer says."""

import pytest
from hypothesis import given

from producer_tools.report.document import Document
from producer_tools.report.page_data import Fact, Failure, PageData, Sound, SpokenTurn
from schemas.diarization import DiarizationResult
from tests.unit.producer_tools.report.documents import example
from tests.unit.producer_tools.report.turns import diarizations

ASKED = "4b8bcf2e9998808e686c3c7a69ed6bf92e6459bd62cafa9300574d6db877e63b"


def data_of(name: str, **changed: object) -> PageData:
    return PageData.of(example(name, **changed))


def test_a_success_has_speakers_turns_and_files() -> None:
    data = data_of("stored-result")

    assert data.failure is None
    assert data.duration_seconds == 1834.2
    assert data.turns is not None
    assert data.turns[0] == SpokenTurn(0.031, 4.217, 0)
    assert data.speakers[0].label == "SPEAKER_00"
    assert [file.title for file in data.downloads] == [
        "JSON",
        "RTTM",
        "WebVTT",
        "Audacity labels",
        "TextGrid",
    ]
    assert data.downloads[1].filename == "call-2026-11-22-0017.rttm"


def test_a_failure_has_its_reason_its_attempts_and_its_message() -> None:
    data = data_of("result-failed", attempt=3)

    assert data.failure == Failure(
        "audio_not_found", "no such object: s3://calls/2026/11/22/0017 #2+ü.flac", False, 3
    )
    assert data.turns is None
    assert [file.title for file in data.downloads] == ["JSON"]
    assert Fact("worker", "worker-0") in data.facts
    assert data.timings == (Fact("queued", "3.100 s"), Fact("fetch", "0.020 s"))


def test_what_the_job_carried_is_shown() -> None:
    facts = data_of("result-succeeded-inline").facts

    assert Fact("tenant", "acme") in facts
    assert Fact("max_speakers", "6") in facts
    assert Fact("audio", "s3://calls/2026/11/22/0017 #2+ü.flac") in facts


def test_an_answer_of_another_kind_has_no_turns_to_show() -> None:
    data = data_of("stored-embed")

    assert data.turns is None
    assert data.speakers == ()


def test_warnings_are_shown() -> None:
    assert [warning.name for warning in data_of("stored-result").warnings] == ["audio_truncated"]


@pytest.mark.parametrize(
    ("sha256", "told"), [(ASKED, []), (None, []), ("0" * 64, ["another recording"])]
)
def test_a_recording_that_was_not_asked_about_is_told_apart(
    sha256: str | None, told: list[str]
) -> None:
    document = example("result-succeeded-reused", warnings=[])

    data = PageData.of(document, Sound("./call.wav", (), 12.5, sha256))

    assert [warning.name for warning in data.warnings] == told


def test_a_recording_tells_its_duration_where_nobody_else_does() -> None:
    heard = Sound("./call.wav", (), 12.5)

    data = PageData.of(example("result-failed"), heard)

    assert data.duration_seconds == 12.5


@given(diarizations())
def test_every_turn_is_in_the_lane_of_its_speaker(answer: DiarizationResult) -> None:
    stored = example("stored-result")
    document = Document(stored.answer.model_copy(update={"result": answer}), stored.text)

    data = PageData.of(document)

    assert data.turns is not None
    spoken = [(turn.start, turn.end, data.speakers[turn.speaker].label) for turn in data.turns]
    assert spoken == [(turn.start, turn.end, turn.speaker) for turn in answer.diarization]
    if data.speakers:
        assert abs(sum(speaker.share for speaker in data.speakers) - 1) < 1e-9
