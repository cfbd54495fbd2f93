"""Whether excerpts wait for company of their own length, and none is lost."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import needs

needs("pyannote", tests="the gathering of excerpts")

import numpy as np

from consumer.diarization.networks.crops import Crop
from consumer.diarization.networks.excerpts import Excerpt, Gathering

NOTHING: Any = None
"""Gathering looks at lengths alone."""


def excerpt(window: int, length: int) -> Excerpt:
    return Excerpt(NOTHING, window, Crop(0, length), np.zeros((3, 1), np.uint8))


@given(st.lists(st.sampled_from([230, 486, 742, 998])), st.integers(1, 5))
def test_all_excerpts_leave_in_batches_of_one_length(lengths: list[int], size: int) -> None:
    gathering = Gathering(size)

    full = [gathering.add(excerpt(window, length)) for window, length in enumerate(lengths)]
    complete = [batch for batch in full if batch is not None]
    rest = list(gathering.flush())

    assert all(len(batch) == size for batch in complete)
    assert all(0 < len(batch) < size for batch in rest)
    assert all(len({one.crop.length for one in batch}) == 1 for batch in complete + rest)
    windows = [one.window for batch in complete + rest for one in batch]
    assert sorted(windows) == list(range(len(lengths)))
    assert list(gathering.flush()) == []


def test_company_keeps_the_order_in_which_it_came() -> None:
    gathering = Gathering(2)

    assert gathering.add(excerpt(5, 230)) is None
    assert gathering.add(excerpt(6, 998)) is None
    batch = gathering.add(excerpt(7, 230))

    assert batch is not None
    assert [one.window for one in batch] == [5, 7]
