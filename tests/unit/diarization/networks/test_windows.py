"""Whether windows cover every sample of a recording, and no window more than that."""

from hypothesis import given
from hypothesis import strategies as st

from consumer.diarization.networks.windows import Windowing

TEN_SECONDS = Windowing(samples=160_000, step=16_000)


@given(st.integers(1, 50), st.integers(1, 50), st.integers(0, 500))
def test_the_last_window_is_the_first_that_reaches_the_end(
    samples: int, step: int, recording: int
) -> None:
    ends = [samples]
    while ends[-1] < recording:
        ends.append(ends[-1] + step)

    assert Windowing(samples, step).count(recording) == len(ends)


def test_an_hour_has_a_window_for_each_second_that_one_begins_in() -> None:
    assert TEN_SECONDS.count(3600 * 16_000) == 3591


def test_a_sample_too_many_is_a_window_of_its_own() -> None:
    assert [TEN_SECONDS.count(160_000 + more) for more in (-159_999, -1, 0, 1)] == [1, 1, 1, 2]
