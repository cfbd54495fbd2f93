"""Whether intake stops in time, starts again in time, and knows what it has paused."""

from consumer.core.admission import Admission, Flow
from consumer.core.model import Partition

P0, P1 = Partition("jobs", 0), Partition("jobs", 1)
ASSIGNED = {P0, P1}
NOTHING = Flow(set(), set())


def test_pauses_at_the_high_mark_and_resumes_at_the_low_one() -> None:
    admission = Admission(high=4, low=2)

    assert admission.regulate(3, ASSIGNED, ()) == NOTHING
    assert admission.regulate(4, ASSIGNED, ()) == Flow(ASSIGNED, set())
    assert admission.regulate(3, ASSIGNED, ()) == NOTHING
    assert admission.regulate(2, ASSIGNED, ()) == Flow(set(), ASSIGNED)
    assert admission.regulate(3, ASSIGNED, ()) == NOTHING


def test_pauses_a_crowded_partition_alone() -> None:
    admission = Admission(high=4, low=2)

    assert admission.regulate(0, ASSIGNED, {P0}) == Flow({P0}, set())
    assert admission.regulate(0, ASSIGNED, ()) == Flow(set(), {P0})


def test_pauses_partitions_that_come_while_it_is_full() -> None:
    admission = Admission(high=4, low=2)
    admission.regulate(4, {P0}, ())

    assert admission.regulate(4, ASSIGNED, ()) == Flow({P1}, set())


def test_a_partition_that_comes_back_is_paused_again_if_need_be() -> None:
    admission = Admission(high=4, low=2)
    admission.regulate(4, ASSIGNED, ())
    admission.forget([P1])

    assert admission.regulate(4, ASSIGNED, ()) == Flow({P1}, set())


def test_resumes_nothing_that_has_left() -> None:
    admission = Admission(high=4, low=2)
    admission.regulate(4, ASSIGNED, ())
    admission.forget([P1])

    assert admission.regulate(0, {P0}, ()) == Flow(set(), {P0})


def test_closed_it_pauses_everything_and_resumes_nothing() -> None:
    admission = Admission(high=4, low=2)
    admission.close()

    assert admission.regulate(0, ASSIGNED, ()) == Flow(ASSIGNED, set())
    assert admission.regulate(0, ASSIGNED, ()) == NOTHING


def test_trickling_one_job_is_enough() -> None:
    admission = Admission(high=4, low=2)

    assert admission.regulate(1, ASSIGNED, (), trickling=True) == Flow(ASSIGNED, set())
    assert admission.regulate(0, ASSIGNED, (), trickling=True) == Flow(set(), ASSIGNED)
