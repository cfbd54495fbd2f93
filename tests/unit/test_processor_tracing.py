"""Whether the span of every attempt at a job ends, and says whether its answer went out."""

from consumer.core.model import Partition
from consumer.core.work import Setback
from tests.fakes.job_source import TOPIC
from tests.fakes.loop import working
from tests.fakes.tracing import ends_of

P0 = Partition(TOPIC, 0)


def test_ends_once_the_answer_is_out() -> None:
    worker = working(0)
    worker.publisher.hangs = True
    completion = worker.stages.finish()
    worker.turn(3)
    assert ends_of(completion) == []

    worker.publisher.hangs = False
    worker.quiesce()

    assert ends_of(completion) == ["published"]


def test_ends_once_however_often_the_publication_fails() -> None:
    worker = working(0)
    worker.publisher.fail_commits("the coordinator moves")
    completion = worker.stages.finish()

    worker.turn(8)

    assert worker.published == ["jobs/0/0"]
    assert ends_of(completion) == ["published"]


def test_each_attempt_has_its_own() -> None:
    worker = working(0)
    first = worker.stages.finish(setback=Setback("internal", "a bug"))
    worker.turn(60)

    second = worker.stages.finish()
    worker.quiesce()

    assert (ends_of(first), ends_of(second)) == (["given up"], ["published"])


def test_a_job_that_waits_for_the_store_has_ended_its_attempt() -> None:
    worker = working(0)
    outage = Setback("storage_unavailable", "no answer", "s3://calls/a.wav", everybody=True)

    completion = worker.stages.finish(setback=outage)
    worker.quiesce()

    assert worker.telemetry.held == [completion]
    assert ends_of(completion) == ["given up"]


def test_what_comes_too_late_answers_nothing() -> None:
    worker = working(0)
    worker.loop.on_lost([P0])

    completion = worker.stages.finish()
    worker.quiesce()

    assert ends_of(completion) == ["given up"]


def test_what_waited_to_be_published_when_the_partition_went_answers_nothing() -> None:
    worker = working(0, 0)
    worker.publisher.hangs = True
    worker.stages.finish()
    worker.turn(2)
    waiting = worker.stages.finish()
    worker.turn(2)

    worker.loop.on_lost([P0])
    worker.publisher.hangs = False
    worker.turn(5)

    assert ends_of(waiting) == ["given up"]
