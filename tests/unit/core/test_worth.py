"""Whether a task that nobody waits for any more is told apart from one that is worth the work."""

from datetime import timedelta

import pytest

from consumer.core.errors import DeadlinePassed, NoLongerOurs
from consumer.core.worth import check_ours, check_wanted
from tests.fakes.clock import START
from tests.fakes.jobs import task


def test_a_job_without_a_deadline_is_never_late() -> None:
    check_wanted(task(), START + timedelta(days=1000))


def test_a_job_before_its_deadline_is_in_time() -> None:
    check_wanted(task(deadline=START.isoformat()), START - timedelta(milliseconds=1))


def test_a_job_at_its_deadline_is_late() -> None:
    with pytest.raises(DeadlinePassed, match="2026-01-02T03:04:05"):
        check_wanted(task(deadline=START.isoformat()), START)


def test_a_deadline_in_another_time_zone_means_the_same_moment() -> None:
    late = task(deadline="2026-01-02T05:04:05+02:00")

    with pytest.raises(DeadlinePassed):
        check_wanted(late, START)


def test_a_task_of_a_partition_that_left_is_not_worth_a_download() -> None:
    gone = task()
    gone.ticket.assignment.live = False

    with pytest.raises(NoLongerOurs, match="went to another worker"):
        check_ours(gone)
