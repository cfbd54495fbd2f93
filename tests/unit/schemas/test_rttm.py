"""RTTM as scoring tools read it."""

from schemas.diarization import Turn
from schemas.rttm import rttm


def test_one_line_per_turn_with_start_and_duration() -> None:
    turns = [
        Turn(start=0.031, end=4.217, speaker="SPEAKER_00"),
        Turn(start=4, end=1834.2, speaker="SPEAKER_01"),
    ]

    assert rttm("call-1", turns) == (
        "SPEAKER call-1 1 0.031 4.186 <NA> <NA> SPEAKER_00 <NA> <NA>\n"
        "SPEAKER call-1 1 4.000 1830.200 <NA> <NA> SPEAKER_01 <NA> <NA>\n"
    )


def test_silence_is_an_empty_file() -> None:
    assert rttm("call-1", []) == ""
