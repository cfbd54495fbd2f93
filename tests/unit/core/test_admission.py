"""Whether intake stops at the high mark, resumes at the low one, and says so once."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from consumer.core.admission import Admission, Flow


def test_pauses_at_the_high_mark_and_resumes_at_the_low_one() -> None:
    admission = Admission(high=4, low=2)

    flows = [admission.regulate(in_flight) for in_flight in (3, 4, 5, 3, 2, 3)]

    assert flows == [Flow.KEEP, Flow.PAUSE, Flow.KEEP, Flow.KEEP, Flow.RESUME, Flow.KEEP]


def test_a_worker_of_one_job_at_a_time_waits_until_it_has_none() -> None:
    admission = Admission(high=1, low=0)

    assert [admission.regulate(in_flight) for in_flight in (1, 1, 0)] == [
        Flow.PAUSE,
        Flow.KEEP,
        Flow.RESUME,
    ]


def test_takes_nothing_again_once_closed() -> None:
    admission = Admission(high=4, low=2)

    admission.close()

    assert admission.paused
    assert admission.regulate(0) is Flow.KEEP


@given(loads=st.lists(st.integers(0, 10)))
def test_pauses_and_resumes_alternate(loads: Sequence[int]) -> None:
    admission = Admission(high=6, low=3)

    told = [flow for load in loads if (flow := admission.regulate(load)) is not Flow.KEEP]

    assert told == [Flow.PAUSE, Flow.RESUME] * (len(told) // 2) + [Flow.PAUSE] * (len(told) % 2)
