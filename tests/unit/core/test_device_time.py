"""Whether each moment of the device counts once, for what it was spent on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.core.device_time import Account, Doing, waiting_for


@given(moments=st.lists(st.tuples(st.sampled_from(Doing), st.integers(0, 100)), min_size=1))
def test_all_that_is_told_adds_up_to_the_time_that_passed(
    moments: list[tuple[Doing, int]],
) -> None:
    told: list[tuple[Doing, float]] = []
    account, now = Account(lambda *spent: told.append(spent), 7.0), 7.0

    for doing, seconds in moments:
        now += seconds
        account.spent(doing, now)

    assert told == moments


@pytest.mark.parametrize(
    ("ready", "expected", "doing"),
    [
        (True, True, Doing.LINGERING),
        (True, False, Doing.LINGERING),
        (False, True, Doing.FETCHING),
        (False, False, Doing.NOTHING),
    ],
)
def test_an_idle_device_waits_for_whoever_is_nearest(
    ready: bool, expected: bool, doing: Doing
) -> None:
    assert waiting_for(ready, expected) is doing
