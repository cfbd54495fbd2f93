"""Is a reader warned of what is missing, and of nothing else?"""

from dataclasses import replace

import pytest

from consumer.adapters.audio.notes import warnings
from consumer.adapters.audio.wire import Findings

WHOLE = Findings(
    samples=160_000,
    promised_seconds=10.0,
    decoded_seconds=10.0,
    is_cut=False,
    broken_packets=0,
    missing_seconds=0.0,
    unusable_samples=0,
)


@pytest.mark.parametrize(
    "findings",
    [
        WHOLE,
        replace(WHOLE, promised_seconds=None),
        replace(WHOLE, promised_seconds=9.0),
        replace(WHOLE, promised_seconds=10.5),
        replace(WHOLE, promised_seconds=1_018.0, decoded_seconds=1_000.0),
        replace(WHOLE, missing_seconds=0.4),
    ],
)
def test_padding_priming_and_rounding_are_no_news(findings: Findings) -> None:
    assert warnings(findings) == ()


@pytest.mark.parametrize(
    ("findings", "words"),
    [
        (replace(WHOLE, promised_seconds=20.0), "promises 20.0 s, 10.0 s could be decoded"),
        (replace(WHOLE, is_cut=True), "after 10.0 s"),
        (replace(WHOLE, broken_packets=3), "3 broken packets"),
        (replace(WHOLE, missing_seconds=2.0), "2.0 s are missing"),
        (replace(WHOLE, unusable_samples=7), "7 samples"),
    ],
)
def test_what_is_missing_is_said(findings: Findings, words: str) -> None:
    (warning,) = warnings(findings)

    assert warning.code == "audio_truncated"
    assert words in warning.message


def test_several_problems_are_one_warning() -> None:
    (warning,) = warnings(replace(WHOLE, promised_seconds=20.0, broken_packets=1))

    assert warning.message.count(";") == 1
