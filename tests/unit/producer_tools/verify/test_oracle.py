"""Whether the oracle finds nothing in a good history, and every single thing in a bad one."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producer_tools.verify.evidence import Retention
from producer_tools.verify.verdict import BREACHES, EXAMPLES, Finding
from tests.unit.producer_tools.verify.corruptions import CORRUPTIONS, Corruption
from tests.unit.producer_tools.verify.documents import NOON_MS
from tests.unit.producer_tools.verify.history import (
    Fate,
    History,
    Spot,
    history,
    spots,
)
from tests.unit.schemas.strategies import quick

few = settings(quick, max_examples=5)

ENDED = [fate for fate in Fate if fate not in {Fate.OPEN, Fate.TOMBSTONE}]

any_fates = st.lists(st.sampled_from(Fate), max_size=12)
# At least one of each, so that there is always a victim.
rich_fates = any_fates.flatmap(lambda more: st.permutations([*Fate, *more]))


@quick
@given(any_fates)
def test_nothing_is_found_in_a_good_history(fates: list[Fate]) -> None:
    verdict = history(spots(fates)).verdict()

    assert verdict.holds
    assert verdict.accepted == sum(fate is not Fate.TOMBSTONE for fate in fates)
    assert verdict.terminal == sum(fate in ENDED for fate in fates)
    assert verdict[Finding.UNFINISHED] == fates.count(Fate.OPEN)
    assert verdict.settled == (Fate.OPEN not in fates)


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda corruption: corruption.name)
@few
@given(rich_fates)
def test_each_corruption_is_found_and_nothing_else(
    corruption: Corruption, fates: list[Fate]
) -> None:
    made = history(spots(fates))
    victim = made.spots(*corruption.victims)[0]

    corruption.corrupt(made, victim)

    assert made.verdict().broken == corruption.findings


def test_there_is_a_corruption_of_every_kind() -> None:
    assert frozenset().union(*(one.findings for one in CORRUPTIONS)) == BREACHES


@quick
@given(rich_fates)
def test_a_result_before_its_commit_is_pending_and_no_breach(fates: list[Fate]) -> None:
    made = history(spots(fates))
    made.progress.clear()

    verdict = made.verdict()

    assert verdict.holds
    assert not verdict.settled
    assert verdict[Finding.FINISHED_UNCOMMITTED] == verdict.terminal


def test_at_least_once_a_repetition_is_tolerated_and_another_object_is_not() -> None:
    good, bad = history(ONE_OF_EACH), history(ONE_OF_EACH)
    corrupt("result_published_twice", good)
    corrupt("dead_letter_published_twice", good)
    corrupt("second_result_with_another_object", bad)

    tolerated, broken = good.verdict(at_least_once=True), bad.verdict(at_least_once=True)

    assert tolerated.holds
    assert tolerated[Finding.DUPLICATED] == 1
    assert broken.broken == {Finding.DUPLICATES_DIFFER}


def test_at_least_once_a_letter_may_get_out_before_the_job_succeeds_after_all() -> None:
    made = history(ONE_OF_EACH)
    made.bury(made.spots(Fate.SUCCEEDED)[0])

    exactly, at_least = made.verdict(), made.verdict(at_least_once=True)

    assert exactly.broken == {Finding.DEAD_LETTERS_WITHOUT_FAILURE}
    assert at_least.holds


def test_at_least_once_a_failed_result_may_get_out_before_its_letter_and_the_job_then_succeed() -> (
    None
):
    made = history(ONE_OF_EACH)
    succeeded, failed = made.spots(Fate.SUCCEEDED)[0], made.spots(Fate.FAILED)[0]
    true = made.result_of(succeeded)
    named = {"origin": true.origin, "job_id": true.job_id}
    made.results.append(made.result_of(failed).model_copy(update=named))

    exactly, at_least = made.verdict(), made.verdict(at_least_once=True)

    assert Finding.DUPLICATED in exactly.broken
    assert Finding.FAILED_WITHOUT_DEAD_LETTER not in at_least.broken


def test_the_same_job_sent_twice_is_two_messages_with_one_object() -> None:
    made = history(ONE_OF_EACH)
    spot, twin = made.spots(Fate.SUCCEEDED)[0], Spot(0, 100)
    job = made.jobs[spot]
    made.jobs[twin] = replace(job, position=made.place.position(twin))
    result = made.result_of(spot)
    origin = result.origin.model_copy(update=twin._asdict())
    made.results.append(result.model_copy(update={"origin": origin, "reused": True}))

    assert made.verdict().holds


def test_what_retention_removed_cannot_be_judged_and_is_counted() -> None:
    made = history(ONE_OF_EACH)
    made.retention = Retention(first_offsets={0: 2})
    for offset in (0, 1):
        del made.jobs[Spot(0, offset)]

    verdict = made.verdict()

    assert verdict.holds
    assert verdict[Finding.UNJUDGED] == 2
    assert verdict.examples[Finding.UNJUDGED] == ("up to jobs/0/1",)


def test_a_result_that_retention_may_have_removed_is_not_called_lost() -> None:
    made = history(ONE_OF_EACH)
    corrupt("result_never_published", made)
    corrupt("dead_letter_never_published", made)

    made.retention = Retention(results_since_ms=NOON_MS + 1, letters_since_ms=NOON_MS + 5000)
    gone = made.verdict()
    made.retention = Retention(results_since_ms=NOON_MS, letters_since_ms=NOON_MS + 1000)
    kept = made.verdict()

    assert gone.holds
    assert gone[Finding.UNJUDGED] == 1
    assert kept.broken == {Finding.LOST, Finding.FAILED_WITHOUT_DEAD_LETTER}


def test_only_the_first_examples_are_named() -> None:
    made = history(spots([Fate.OPEN] * (EXAMPLES + 5)))

    verdict = made.verdict()

    assert verdict[Finding.UNFINISHED] == EXAMPLES + 5
    assert len(verdict.examples[Finding.UNFINISHED]) == EXAMPLES


def test_the_document_has_every_count_under_its_own_name() -> None:
    made = history(ONE_OF_EACH)
    corrupt("object_deleted", made)

    document = made.verdict().document()

    assert document["accepted"] == len(Fate) - 1
    assert document["objects_missing"] == 1
    assert document["lost"] == 0
    assert document["holds"] is False


ONE_OF_EACH = spots(list(Fate))


def corrupt(name: str, made: History) -> None:
    """Do this to the first message of a fitting fate."""
    corruption = next(one for one in CORRUPTIONS if one.name == name)
    corruption.corrupt(made, made.spots(*corruption.victims)[0])
