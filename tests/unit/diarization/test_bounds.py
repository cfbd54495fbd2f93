"""Whether wishes for a number of speakers are read as stock reads them, and missed ones noticed."""

import pytest

from consumer.core.errors import SpeakerBoundsImpossible
from consumer.core.model import SpeakerBounds
from consumer.diarization.bounds import limits, missed


def test_without_bounds_any_number_is_fine() -> None:
    assert limits(SpeakerBounds()) == (1, float("inf"))


def test_an_exact_number_overrides_the_bounds() -> None:
    assert limits(SpeakerBounds(num_speakers=3, min_speakers=5, max_speakers=2)) == (3, 3)


def test_bounds_that_exclude_each_other_are_refused() -> None:
    with pytest.raises(SpeakerBoundsImpossible, match="at least 5 and at most 2"):
        limits(SpeakerBounds(min_speakers=5, max_speakers=2))


def test_silence_is_no_miss_when_nothing_was_asked() -> None:
    assert missed(SpeakerBounds(), 0) == ()


@pytest.mark.parametrize("found", [2, 3, 4])
def test_a_number_within_the_bounds_is_no_miss(found: int) -> None:
    assert missed(SpeakerBounds(min_speakers=2, max_speakers=4), found) == ()


@pytest.mark.parametrize(
    ("bounds", "found", "said"),
    [
        (SpeakerBounds(num_speakers=4), 2, "2 speakers were found where exactly 4 were asked for"),
        (SpeakerBounds(min_speakers=2), 0, "where at least 2 were"),
        (SpeakerBounds(max_speakers=2), 3, "where at most 2 were"),
        (SpeakerBounds(min_speakers=2, max_speakers=3), 1, "where at least 2 and at most 3 were"),
    ],
)
def test_a_miss_is_said_in_a_warning(bounds: SpeakerBounds, found: int, said: str) -> None:
    (warning,) = missed(bounds, found)

    assert warning.code == "speaker_bounds_impossible"
    assert said in warning.message
