"""What a job holds once it exists."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.job import AudioReference, DiarizeParams, Job, OutputRequest
from schemas.operation import OperationParams
from schemas.uri import ObjectUri

AUDIO = AudioReference(uri=ObjectUri.parse("s3://calls/a.flac"))


def job(**fields: Any) -> Job:
    return Job(**{"job_id": "call-1", "operation": "diarize", "audio": AUDIO, **fields})


def test_a_uri_may_be_given_as_text() -> None:
    assert AudioReference.model_validate({"uri": "s3://calls/a.flac"}) == AUDIO


def test_json_is_always_written_first_and_every_format_once() -> None:
    wanted = OutputRequest(formats=("rttm", "rttm"))

    assert job(output=wanted).formats == ("json", "rttm")
    assert job().formats == ("json",)


def test_times_become_utc_milliseconds() -> None:
    zone = timezone(timedelta(hours=1))
    deadline = datetime(2026, 11, 22, 10, 15, 2, 114_999, tzinfo=zone)

    assert job(deadline=deadline).deadline == datetime(2026, 11, 22, 9, 15, 2, 114_000, tzinfo=UTC)


@pytest.mark.parametrize(
    "deadline",
    [datetime(2026, 11, 22), "2026-11-22", "2026-11-22T25:00:00Z", "0001-01-01T00:00:00+14:00", 1],
)
def test_a_time_without_an_offset_or_out_of_range_is_refused(deadline: object) -> None:
    with pytest.raises(ValidationError, match="deadline"):
        job(deadline=deadline)


@pytest.mark.parametrize("quoted", ['"5d41"', "5d41"])
def test_an_etag_has_no_quotes_but_may_come_with_them(quoted: str) -> None:
    assert AudioReference(uri=AUDIO.uri, etag=quoted).etag == "5d41"


def test_seconds_are_rounded_to_milliseconds() -> None:
    hint = AudioReference(uri=AUDIO.uri, duration_seconds=1.23456)

    assert hint.duration_seconds == 1.235


def test_metadata_counts_bytes_not_characters() -> None:
    assert job(metadata={"ü": "x" * 4094}).metadata
    with pytest.raises(ValidationError, match="4096 bytes"):
        job(metadata={"ü": "x" * 4095})


def test_the_number_of_speakers_excludes_the_bounds() -> None:
    with pytest.raises(ValidationError, match="together with num_speakers"):
        DiarizeParams(num_speakers=2, min_speakers=1)


def test_equal_bounds_are_in_order() -> None:
    assert DiarizeParams(min_speakers=2, max_speakers=2).max_speakers == 2


def test_parameters_of_another_operation_are_refused() -> None:
    class OtherParams(OperationParams):
        pass

    with pytest.raises(ValidationError, match="must be a DiarizeParams"):
        job(params=OtherParams())


def test_a_job_never_changes() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        job().job_id = "other"  # type: ignore[misc] # that it is refused is the test


def test_an_operation_that_is_no_word_gives_one_error_not_two() -> None:
    with pytest.raises(ValidationError) as caught:
        job(operation="two words", params={"x": 1})

    assert [error["loc"] for error in caught.value.errors()] == [("operation",)]
