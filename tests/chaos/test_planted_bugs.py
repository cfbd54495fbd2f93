"""Whether the oracle catches bugs that are planted in real workers on a real broker.

Each story is told twice: a worker that is right lives through it, and one with the bug is found
out. All stories run at the same time, a few at once.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from producer_tools.verify.verdict import Finding, Verdict
from tests.chaos.rehearsal import rehearsing
from tests.chaos.scenarios import SCENARIOS
from tests.scripted.bugs import BUGS
from tests.stack.kafka import KafkaCluster

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

AT_ONCE = 4
RIGHT = ""
LOST, TWICE = Finding.LOST, Finding.DUPLICATED
UNFINISHED, UNCOMMITTED = Finding.UNFINISHED, Finding.FINISHED_UNCOMMITTED
STORIES = [
    ("commit-past-unfinished", "killed-while-a-job-waits", {LOST}),
    ("finished-set-ignored", "killed-while-a-job-waits", {TWICE}),
    ("delayed-retry-dropped", "killed-while-a-job-waits", {UNFINISHED}),
    # Which of two commits overtakes the other, and what is left then, is chance.
    ("offset-outside-transaction", "killed-after-commit", {LOST, TWICE, UNCOMMITTED}),
    ("marker-by-plain-commit", "killed-after-commit", {LOST, TWICE, UNCOMMITTED}),
    ("abort-taken-for-success", "refused-once", {LOST}),
    ("publish-after-revoke", "revoked-while-working", {TWICE}),
    ("no-resume-on-assign", "paused-while-it-leaves", {UNFINISHED}),
    ("object-overwritten", "answered-by-two-at-once", {Finding.OBJECTS_MISMATCHED}),
    ("dead-letter-without-bytes", "not-a-job", {Finding.DEAD_LETTERS_WITHOUT_ORIGINAL}),
]

Verdicts = dict[tuple[str, str], Future[Verdict]]


@pytest.fixture(scope="module")
def verdicts(kafka: KafkaCluster) -> Iterator[Verdicts]:
    """What the oracle says of each bug in each of its stories."""
    told = [(RIGHT, scenario) for scenario in SCENARIOS]
    told += [(bug, scenario) for bug, scenario, _ in STORIES]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {each: pool.submit(tell, kafka, *each) for each in told}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_worker_that_is_right_keeps_the_promise(verdicts: Verdicts, scenario: str) -> None:
    verdict = verdicts[RIGHT, scenario].result()

    assert verdict.accepted > 0
    assert (verdict.holds, verdict.settled) == (True, True), verdict.examples


@pytest.mark.parametrize(("bug", "scenario", "findings"), STORIES)
def test_a_planted_bug_is_caught(
    verdicts: Verdicts, bug: str, scenario: str, findings: set[Finding]
) -> None:
    verdict = verdicts[bug, scenario].result()

    assert any(verdict[finding] for finding in findings), verdict.document()


def test_every_bug_has_a_story() -> None:
    assert {bug for bug, _, _ in STORIES} == set(BUGS)


def tell(kafka: KafkaCluster, bug: str, name: str) -> Verdict:
    """Let a worker live through a story; servers die with this thread, should it end before."""
    scenario = SCENARIOS[name]
    with rehearsing(kafka, bug, scenario.partitions, scenario.settings) as rehearsal:
        scenario.play(rehearsal)
        return rehearsal.verdict(scenario.patience_seconds)
