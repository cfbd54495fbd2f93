"""Whether results go out soon, and together where many more are about to."""

import pytest

from consumer.publishing import COMPANY_SECONDS
from tests.fakes.loop import LoopWorker, working

TURNS_OF_A_PUBLICATION = 3


def turned(worker: LoopWorker, seconds: float = 0.0) -> LoopWorker:
    """So much later, and after what is handed over then is out."""
    worker.clock.advance(seconds)
    for _ in range(TURNS_OF_A_PUBLICATION):
        worker.loop.turn()
    return worker


def publishing(jobs: int) -> LoopWorker:
    """A worker with so many jobs under way, the first of which has just been answered."""
    worker = working(*[0] * (jobs + 1), high=40)
    worker.stages.finish()
    turned(worker, COMPANY_SECONDS)
    assert len(worker.published) == 1
    return worker


@pytest.mark.parametrize("others", [0, 1, 2])
def test_a_result_beside_few_others_does_not_wait(others: int) -> None:
    worker = publishing(1 + others)

    worker.stages.finish()
    turned(worker)

    assert len(worker.published) == 2


@pytest.mark.parametrize("others", [0, 1, 2])
def test_a_job_beside_few_others_starts_without_waiting(others: int) -> None:
    worker = publishing(others)

    worker.produce(0)
    turned(worker)

    assert len(worker.under_way) == others + 1


def test_a_result_beside_many_others_waits_a_moment_for_company() -> None:
    worker = publishing(10)

    worker.stages.finish()
    turned(worker)
    assert len(worker.published) == 1

    turned(worker, COMPANY_SECONDS)
    assert len(worker.published) == 2


def test_those_who_end_within_a_moment_go_in_one_publication() -> None:
    worker = publishing(10)
    before = len(worker.publisher.handed_over)

    for _ in range(3):
        worker.stages.finish()
        turned(worker, COMPANY_SECONDS / 10)
    turned(worker, COMPANY_SECONDS)

    assert len(worker.published) == 4
    assert len(worker.publisher.handed_over) == before + 1
