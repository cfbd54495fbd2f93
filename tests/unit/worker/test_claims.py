"""Whether equal computations run once, and everybody who waited looks for the result."""

from concurrent.futures import ThreadPoolExecutor

from consumer.claims import Claims
from consumer.core.work import ResultKey
from tests.fakes.jobs import task

KEY = ResultKey("s3://results/", "call-1", "0123456789abcdef")
OTHER_KEY = KEY._replace(fingerprint="fedcba9876543210")


def test_the_first_computes_and_its_twins_wait() -> None:
    claims, first, twin = Claims(), task(), task(offset=1)

    assert claims.take(KEY, first)
    assert not claims.take(KEY, twin)
    assert claims.release(KEY) == [twin]


def test_other_computations_do_not_wait() -> None:
    claims = Claims()
    claims.take(KEY, task())

    assert claims.take(OTHER_KEY, task())


def test_a_computation_that_ended_can_be_claimed_again() -> None:
    claims = Claims()
    claims.take(KEY, task())
    claims.release(KEY)

    assert claims.take(KEY, task())


def test_a_release_of_nothing_wakes_nobody() -> None:
    assert Claims().release(KEY) == []


def test_one_of_many_threads_gets_the_claim() -> None:
    claims = Claims()

    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda number: claims.take(KEY, task(offset=number)), range(64)))

    assert sum(taken) == 1
    assert len(claims.release(KEY)) == 63
