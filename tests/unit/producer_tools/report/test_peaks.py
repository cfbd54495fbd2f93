"""Whether few numbers tell how loud a recording is, and where."""

from hypothesis import given
from hypothesis import strategies as st

from producer_tools.report.peaks import LOUDEST, peaks

SAMPLES = st.integers(-32768, 32767)
BLOCKS = st.lists(st.lists(SAMPLES, min_size=1, max_size=4), max_size=60)


def test_every_block_has_its_loudest_sample() -> None:
    assert peaks([[0, 0], [100, -16384], [-32768, 32767]]) == (0, 127, LOUDEST)


def test_a_long_recording_has_no_more_points_than_a_shorter_one() -> None:
    levels = peaks(([200 * (number % 2)] for number in range(360_000)), most=8000)

    assert len(levels) == 8000
    assert set(levels) == {200 * LOUDEST // 32768}


@given(BLOCKS, st.integers(1, 20))
def test_the_loudest_moment_is_never_lost(blocks: list[list[int]], most: int) -> None:
    levels = peaks(blocks, most)

    assert len(levels) <= most
    loudest = max((abs(sample) for block in blocks for sample in block), default=0)
    assert max(levels, default=0) == loudest * LOUDEST // 32768


@given(st.integers(1, 500), st.integers(1, 20), st.data())
def test_a_moment_stays_where_it_is(blocks: int, most: int, data: st.DataObject) -> None:
    loud = data.draw(st.integers(0, blocks - 1))

    levels = peaks([[32767 if number == loud else 0] for number in range(blocks)], most)

    together = -(-blocks // most)
    assert levels.index(max(levels)) == loud // together
