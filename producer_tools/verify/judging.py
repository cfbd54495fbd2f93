"""Compare what was read with the promise: exactly one terminal result for every job."""

from producer_tools.verify.evidence import Ending, Evidence, Spot
from producer_tools.verify.verdict import Finding, Notebook


def judge(evidence: Evidence, notebook: Notebook) -> int:
    """Take down everything but what objects tell; return how many jobs have a terminal result."""
    _judge_unreadable(evidence, notebook)
    _judge_strays(evidence, notebook)
    return sum(_judge_job(evidence, notebook, spot) for spot in evidence.jobs)


def _judge_unreadable(evidence: Evidence, notebook: Notebook) -> None:
    for example in evidence.unreadable_results:
        notebook.note(Finding.UNREADABLE_RESULTS, example)
    for example in evidence.unreadable_letters:
        notebook.note(Finding.DEAD_LETTERS_WITHOUT_ORIGINAL, example)
    for partition, first_offset in evidence.retention.first_offsets.items():
        if first_offset:
            last_removed = evidence.position((partition, first_offset - 1))
            notebook.note(Finding.UNJUDGED, f"up to {last_removed}", first_offset)


def _judge_strays(evidence: Evidence, notebook: Notebook) -> None:
    """Judge what speaks of no job; retention may have removed the job it speaks of."""
    for spot, endings in evidence.endings.items():
        if spot not in evidence.jobs and not evidence.retention.removed(spot):
            notebook.note(Finding.FOREIGN_RESULTS, evidence.position(spot), len(endings))
    for spot, letters in evidence.letters.items():
        if spot not in evidence.jobs and not evidence.retention.removed(spot):
            position = evidence.position(spot)
            notebook.note(Finding.DEAD_LETTERS_WITHOUT_ORIGINAL, position, len(letters))


def _judge_job(evidence: Evidence, notebook: Notebook, spot: Spot) -> bool:
    position = evidence.position(spot)
    endings = evidence.valid_endings(spot)
    if foreign := len(evidence.endings.get(spot, ())) - len(endings):
        notebook.note(Finding.FOREIGN_RESULTS, position, foreign)
    if len(endings) > 1:
        notebook.note(Finding.DUPLICATED, position, len(endings) - 1)
    if len({objects for ending in endings if (objects := _objects(ending))}) > 1:
        notebook.note(Finding.DUPLICATES_DIFFER, position)
    _judge_progress(evidence, notebook, spot)
    if evidence.is_finished(spot):
        # Before that, of what is published together one part may be seen before the other.
        _judge_letters(evidence, notebook, spot)
    return bool(endings)


def _judge_progress(evidence: Evidence, notebook: Notebook, spot: Spot) -> None:
    """Compare whether the job has ended with what the group has committed."""
    position = evidence.position(spot)
    ended = bool(evidence.valid_endings(spot))
    match ended, evidence.is_finished(spot):
        case True, False:
            notebook.note(Finding.FINISHED_UNCOMMITTED, position)
        case False, False:
            notebook.note(Finding.UNFINISHED, position)
        case False, True:
            gone = _result_may_be_gone(evidence, spot)
            notebook.note(Finding.UNJUDGED if gone else Finding.LOST, position)


def _judge_letters(evidence: Evidence, notebook: Notebook, spot: Spot) -> None:
    position, job = evidence.position(spot), evidence.jobs[spot]
    letters, groups = evidence.letters.get(spot, []), evidence.failed_for.get(spot, set())
    if altered := sum(not letter.carries(job) for letter in letters):
        notebook.note(Finding.DEAD_LETTERS_WITHOUT_ORIGINAL, position, altered)
    endings = evidence.valid_endings(spot)
    # At least once, a job whose failed result got out before its letter may succeed when redone.
    if (
        not letters
        and endings
        and all(
            ending.status == "failed" and ending.completed_ms >= evidence.retention.letters_since_ms
            for ending in endings
        )
    ):
        notebook.note(Finding.FAILED_WITHOUT_DEAD_LETTER, position)
    if letters and not groups and not _result_may_be_gone(evidence, spot):
        notebook.note(Finding.DEAD_LETTERS_WITHOUT_FAILURE, position, len(letters))
    if groups and len(letters) > len(groups):
        notebook.note(Finding.DEAD_LETTERS_DUPLICATED, position, len(letters) - len(groups))


def _result_may_be_gone(evidence: Evidence, spot: Spot) -> bool:
    """Whether a result of the job may have been removed already: it is as old as those that are."""
    return evidence.jobs[spot].timestamp_ms < evidence.retention.results_since_ms


def _objects(ending: Ending) -> frozenset[tuple[str, str]]:
    return frozenset((str(claim.uri), claim.sha256) for claim in ending.claims)
