"""Whether a new owner begins where nothing is lost and nothing is done twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.core.errors import PartitionRefused
from consumer.core.model import Commit
from consumer.core.start import Start, starting_point
from schemas.commit_metadata import Mark, Progress, encode
from tests.fakes.jobs import PARTITION

LEFT = Progress(20, {10: Mark(1), 12: Mark(), 15: Mark(0, 2)})
COMMIT = Commit(10, encode(10, LEFT))


def test_a_group_without_a_commit_begins_at_the_start_of_the_log() -> None:
    assert starting_point(PARTITION, None, range(7, 30)) == Start(PARTITION, 7, Progress(7))


@pytest.mark.parametrize("log", [range(30), range(10, 30), range(20)])
def test_a_group_goes_on_where_it_was_and_knows_what_is_done(log: range) -> None:
    assert starting_point(PARTITION, COMMIT, log) == Start(PARTITION, 10, LEFT, COMMIT)


def test_a_commit_at_the_end_of_the_log_waits_for_the_next_record() -> None:
    committed = Commit(30)

    start = starting_point(PARTITION, committed, range(7, 30))

    assert start == Start(PARTITION, 30, Progress(30), committed)


def test_what_retention_removed_is_told_and_what_is_done_is_kept() -> None:
    start = starting_point(PARTITION, COMMIT, range(13, 30))

    assert start == Start(PARTITION, 13, Progress(20, {15: Mark(0, 2)}), COMMIT, range(10, 13))


def test_retention_past_everything_that_is_known_leaves_nothing_to_keep() -> None:
    start = starting_point(PARTITION, COMMIT, range(25, 30))

    assert start == Start(PARTITION, 25, Progress(25), COMMIT, range(10, 25))


def test_a_commit_beyond_the_end_is_refused_for_only_a_human_can_know() -> None:
    with pytest.raises(PartitionRefused) as refused:
        starting_point(PARTITION, Commit(31), range(7, 30))

    for part in ("jobs/0", "committed offset 31", "ends at 30", "reset the group's offsets"):
        assert part in str(refused.value)


def test_done_jobs_beyond_the_end_are_refused_too() -> None:
    # other records will get their offsets, and would be taken for done
    with pytest.raises(PartitionRefused, match="offset 10 and knows of jobs up to 20"):
        starting_point(PARTITION, COMMIT, range(19))


def test_metadata_of_somebody_else_is_refused_with_the_partition_named() -> None:
    with pytest.raises(PartitionRefused, match="jobs/0 at offset 10: the commit's metadata"):
        starting_point(PARTITION, Commit(10, "checkpoint"), range(30))


@given(
    position=st.integers(0, 30),
    bounds=st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted),
    marks=st.dictionaries(st.integers(0, 10), st.builds(Mark, st.integers(0, 3))),
    data=st.data(),
)
def test_every_job_of_the_log_is_done_already_or_still_to_come(
    position: int, bounds: list[int], marks: dict[int, Mark], data: st.DataObject
) -> None:
    left = {position + each: mark for each, mark in sorted(marks.items())}
    end = max(left, default=position - 1) + 1 + data.draw(st.integers(0, 3))
    committed = Commit(position, encode(position, Progress(end, left)))
    log = range(*bounds)

    try:
        start = starting_point(PARTITION, committed, log)
    except PartitionRefused:
        assert end > log.stop
        return

    to_do = [
        each
        for each in range(start.position, log.stop)
        if each >= start.progress.end or each in start.progress.open
    ]
    assert to_do == [each for each in log if each in left or each >= end]
    assert set(start.lost) == set(range(position, log.start))
