"""Whether a failure costs a job an attempt only where it may be the job's own fault."""

from dataclasses import replace
from itertools import count

import pytest

from consumer.core.breaker import Breaker, Permit
from consumer.core.offsets import Ticket
from consumer.core.retry import RetryPolicy
from consumer.core.triage import Decision, Hold, Publish, PutOff, Triage
from consumer.core.work import Setback
from tests.fakes.jobs import record, ticket
from tests.fakes.stages import completion_of

OUT_OF_MEMORY = Setback("out_of_memory", "does not fit")
NOBODY_ANSWERS = Setback("storage_unavailable", "connection refused", "s3://a/0", everybody=True)


class Ward:
    """A triage and the jobs that come to it."""

    def __init__(self) -> None:
        self.triage = Triage(RetryPolicy((30.0, 300.0)), Breaker(), lambda: 0.5)
        self._offsets = count()

    def job(self) -> Ticket:
        return ticket(record(b"{}", next(self._offsets)))

    def fails(self, job: Ticket, setback: Setback | None = None) -> Decision:
        setback = setback or at(job)
        verdict = self.triage.judge(completion_of(job, setback), now=0.0)
        if isinstance(verdict, PutOff):
            job.put_off()
        return verdict

    def succeeds(self) -> None:
        assert self.triage.judge(completion_of(self.job()), now=0.0) == Publish()


def at(job: Ticket) -> Setback:
    """The store fails at this job's object."""
    return Setback("storage_unavailable", "500", f"s3://a/{job.record.offset}")


@pytest.fixture
def ward() -> Ward:
    return Ward()


def test_a_job_that_succeeds_is_published(ward: Ward) -> None:
    ward.succeeds()


def test_a_job_that_keeps_failing_is_put_off_until_its_attempts_are_spent(ward: Ward) -> None:
    job = ward.job()

    verdicts = [ward.fails(job, OUT_OF_MEMORY) for _ in range(3)]

    assert verdicts == [PutOff(30.0), PutOff(300.0), Publish()]


def test_an_outage_costs_nobody_an_attempt(ward: Ward) -> None:
    jobs = [ward.job() for _ in range(5)]

    assert [ward.fails(job, NOBODY_ANSWERS) for job in jobs] == [Hold(blameless=True)] * 5
    assert [job.attempt for job in jobs] == [1] * 5


def test_attempts_spent_before_an_outage_was_known_to_be_one_are_given_back(ward: Ward) -> None:
    jobs = [ward.job() for _ in range(3)]

    verdicts = [ward.fails(job) for job in jobs]

    assert verdicts == [PutOff(30.0), PutOff(30.0), Hold(blameless=False)]
    assert [job.attempt for job in jobs] == [1, 1, 1]


def test_a_job_that_fails_while_others_pass_spends_its_attempts(ward: Ward) -> None:
    job = ward.job()
    verdicts = []
    for _ in range(3):
        verdicts.append(ward.fails(job))
        ward.succeeds()

    assert verdicts == [PutOff(30.0), PutOff(300.0), Publish()]


def test_jobs_that_the_store_fails_for_ever_end_also_when_they_are_many(ward: Ward) -> None:
    jobs = [ward.job() for _ in range(5)]
    ended: set[Ticket] = set()

    for _ in range(10):
        ended.update(j for j in jobs if j not in ended and ward.fails(j) == Publish())
        ward.succeeds()

    assert ended == set(jobs)


def test_a_probe_that_asks_no_store_makes_way_for_another(ward: Ward) -> None:
    ward.fails(ward.job(), NOBODY_ANSWERS)
    ward.triage.breaker.probe(now=1.0)
    refused = replace(completion_of(ward.job()), status="failed", store_answered=False)
    before = ward.triage.breaker.permits(now=2.0)

    verdict = ward.triage.judge(refused, now=2.0)

    assert before is Permit.NONE
    assert verdict == Publish()
    assert ward.triage.breaker.permits(now=2.0) is Permit.ONE


def test_a_job_that_is_no_probe_hurries_none(ward: Ward) -> None:
    ward.fails(ward.job(), NOBODY_ANSWERS)

    ward.fails(ward.job(), OUT_OF_MEMORY)

    assert ward.triage.breaker.permits(now=0.5) is Permit.NONE
