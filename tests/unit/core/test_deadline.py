"""Whether a job that comes too late is told apart from one that is just in time."""

from datetime import timedelta

import pytest

from consumer.core.deadline import check_deadline
from consumer.core.errors import DeadlinePassed
from tests.fakes.clock import START
from tests.fakes.jobs import task


def test_a_job_without_a_deadline_is_never_late() -> None:
    check_deadline(task(), START + timedelta(days=1000))


def test_a_job_before_its_deadline_is_in_time() -> None:
    check_deadline(task(deadline=START.isoformat()), START - timedelta(milliseconds=1))


def test_a_job_at_its_deadline_is_late() -> None:
    with pytest.raises(DeadlinePassed, match="2026-01-02T03:04:05"):
        check_deadline(task(deadline=START.isoformat()), START)


def test_a_deadline_in_another_time_zone_means_the_same_moment() -> None:
    late = task(deadline="2026-01-02T05:04:05+02:00")

    with pytest.raises(DeadlinePassed):
        check_deadline(late, START)
