"""Whether intake stops in time, starts again in time, and knows what it has paused."""

import pytest

from consumer.core.admission import Admission, Flow, Load
from consumer.core.model import Partition

P0, P1 = Partition("jobs", 0), Partition("jobs", 1)
ASSIGNED = {P0, P1}
NOTHING = Flow(set(), set())
HIGH = Load(jobs=4, audio_seconds=100.0, bytes=1000)


def test_pauses_at_the_high_mark_and_resumes_at_the_low_one() -> None:
    admission = Admission(HIGH)

    assert admission.regulate(Load(3), ASSIGNED, ()) == NOTHING
    assert admission.regulate(Load(4), ASSIGNED, ()) == Flow(ASSIGNED, set())
    assert admission.regulate(Load(3), ASSIGNED, ()) == NOTHING
    assert admission.regulate(Load(2), ASSIGNED, ()) == Flow(set(), ASSIGNED)
    assert admission.regulate(Load(3), ASSIGNED, ()) == NOTHING


def test_pauses_a_crowded_partition_alone() -> None:
    admission = Admission(HIGH)

    assert admission.regulate(Load(0), ASSIGNED, {P0}) == Flow({P0}, set())
    assert admission.regulate(Load(0), ASSIGNED, ()) == Flow(set(), {P0})


def test_pauses_partitions_that_come_while_it_is_full() -> None:
    admission = Admission(HIGH)
    admission.regulate(Load(4), {P0}, ())

    assert admission.regulate(Load(4), ASSIGNED, ()) == Flow({P1}, set())


def test_a_partition_that_comes_back_is_paused_again_if_need_be() -> None:
    admission = Admission(HIGH)
    admission.regulate(Load(4), ASSIGNED, ())
    admission.forget([P1])

    assert admission.regulate(Load(4), ASSIGNED, ()) == Flow({P1}, set())


def test_resumes_nothing_that_has_left() -> None:
    admission = Admission(HIGH)
    admission.regulate(Load(4), ASSIGNED, ())
    admission.forget([P1])

    assert admission.regulate(Load(0), {P0}, ()) == Flow(set(), {P0})


def test_closed_it_pauses_everything_and_resumes_nothing() -> None:
    admission = Admission(HIGH)
    admission.close()

    assert admission.regulate(Load(0), ASSIGNED, ()) == Flow(ASSIGNED, set())
    assert admission.regulate(Load(0), ASSIGNED, ()) == NOTHING


def test_trickling_one_job_is_enough() -> None:
    admission = Admission(HIGH)

    assert admission.regulate(Load(1), ASSIGNED, (), trickling=True) == Flow(ASSIGNED, set())
    assert admission.regulate(Load(0), ASSIGNED, (), trickling=True) == Flow(set(), ASSIGNED)


@pytest.mark.parametrize(
    ("full", "half"),
    [(Load(1, 100.0, 0), Load(1, 50.0, 0)), (Load(1, 0.0, 1000), Load(1, 0.0, 500))],
    ids=["audio seconds", "bytes"],
)
def test_a_few_large_jobs_fill_it_like_many_small_ones(full: Load, half: Load) -> None:
    admission = Admission(HIGH)

    assert admission.regulate(full, ASSIGNED, ()) == Flow(ASSIGNED, set())
    assert admission.regulate(half, ASSIGNED, ()) == Flow(set(), ASSIGNED)
