"""Whether a model that has just failed to load is left alone for a moment."""

import pytest

from consumer.core.errors import ModelUnavailable, OutOfMemory
from consumer.core.load_failures import (
    LONGEST_REMEMBERED_SECONDS,
    REMEMBERED_SECONDS,
    LoadFailures,
)

A, B = ("diarize", "a"), ("diarize", "b")


def test_a_failure_is_remembered_for_some_seconds_as_a_new_error() -> None:
    failures, error = LoadFailures(), ModelUnavailable("gated")
    failures.note(A, error, 5.0, 5.0)

    found = failures.recent(A, 5.0 + REMEMBERED_SECONDS - 0.1)

    assert isinstance(found, ModelUnavailable)
    assert (str(found), found is error) == ("gated", False)
    assert failures.recent(A, 5.0 + REMEMBERED_SECONDS) is None


def test_each_model_fails_for_itself_and_the_last_failure_counts() -> None:
    failures = LoadFailures()
    failures.note(A, ModelUnavailable("gated"), 0.0, 0.0)
    failures.note(A, OutOfMemory("full"), 1.0, 1.0)

    assert failures.recent(B, 1.0) is None
    assert isinstance(failures.recent(A, 10.5), OutOfMemory)


@pytest.mark.parametrize(
    ("took", "remembered"),
    [
        (0.5, REMEMBERED_SECONDS),
        (4.0, 40.0),
        (90.0, LONGEST_REMEMBERED_SECONDS),
    ],
)
def test_attempts_in_vain_take_a_tenth_of_the_device_and_are_made_again_within_minutes(
    took: float, remembered: float
) -> None:
    failures = LoadFailures()
    failures.note(A, OutOfMemory("full"), began_at=100.0, now=100.0 + took)

    assert failures.recent(A, 100.0 + took + remembered - 0.1) is not None
    assert failures.recent(A, 100.0 + took + remembered) is None


def test_the_frames_of_an_error_are_not_kept() -> None:
    failures = LoadFailures()
    with pytest.raises(ModelUnavailable) as caught:
        raise ModelUnavailable("gated") from MemoryError()
    failures.note(A, caught.value, 0.0, 0.0)

    found = failures.recent(A, 0.0)

    assert found is not None
    assert (found.__traceback__, found.__cause__) == (None, None)
