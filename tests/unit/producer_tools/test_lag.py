"""Whether the backlog counts what is waiting, and nothing else."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_tools.kafka.messages import Incoming
from producer_tools.lag.measuring import WaitingJob, measure, waiting_job
from schemas.commit_metadata import Mark, Progress
from schemas.headers import Headers, audio_seconds_header
from schemas.position import Position

PROGRESS = Progress(10, {3: Mark(), 5: Mark(starts=1), 7: Mark(attempts=2)})
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NOON_MS = int(NOON.timestamp() * 1000)


def message(offset: int, value: bytes | None = b"{}", headers: Headers = ()) -> Incoming:
    return Incoming(Position("jobs", 0, offset), NOON_MS, None, value, headers)


def job(
    partition: int = 0,
    written_ms: int = NOON_MS,
    seconds: float | None = None,
    started: bool = False,
    in_retry: bool = False,
) -> WaitingJob:
    return WaitingJob(partition, written_ms, seconds, started, in_retry)


def test_what_finished_beyond_the_committed_offset_is_not_waiting() -> None:
    waiting = [
        offset for offset in range(2, 13) if waiting_job(message(offset), PROGRESS) is not None
    ]

    assert waiting == [3, 5, 7, 10, 11, 12]


def test_without_a_commit_everything_waits_but_tombstones() -> None:
    assert waiting_job(message(0), None) == job()
    assert waiting_job(message(0, value=None), None) is None


def test_marks_say_what_was_begun_and_what_is_tried_again() -> None:
    assert waiting_job(message(5), PROGRESS) == job(started=True)
    assert waiting_job(message(7), PROGRESS) == job(in_retry=True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [((audio_seconds_header(12.5),), 12.5), ((("x-audio-seconds", b"long"),), None), ((), None)],
)
def test_a_header_says_how_long_the_audio_is(headers: Headers, seconds: float | None) -> None:
    assert waiting_job(message(3, headers=headers), PROGRESS) == job(seconds=seconds)


def test_jobs_that_say_nothing_count_as_the_mean_over_all_partitions() -> None:
    lag = measure([job(0, seconds=10), job(0, seconds=20), job(1), job(1, seconds=None)], [0, 1, 2])

    assert lag.total.audio_seconds == 60
    assert [lag.partitions[number].audio_seconds for number in (0, 1, 2)] == [30, 30, 0]


def test_when_no_job_says_it_nobody_knows() -> None:
    lag = measure([job()], [0, 1])

    assert lag.total.audio_seconds is None
    assert lag.partitions[1].audio_seconds == 0


def test_the_oldest_job_is_as_old_as_its_record_and_never_of_the_future() -> None:
    lag = measure([job(0, NOON_MS - 2500), job(0, NOON_MS), job(1, NOON_MS + 1000)], [0, 1, 2])

    assert lag.total.age_seconds(NOON) == 2.5
    assert lag.partitions[1].age_seconds(NOON) == 0
    assert lag.partitions[2].age_seconds(NOON) is None


@given(
    st.lists(
        st.builds(
            job,
            partition=st.integers(0, 2),
            seconds=st.none() | st.floats(0, 1e6),
            started=st.booleans(),
            in_retry=st.booleans(),
        )
    )
)
def test_partitions_add_up_to_the_total(jobs: list[WaitingJob]) -> None:
    lag = measure(jobs, range(3))

    each = lag.partitions.values()
    assert lag.total.jobs == sum(one.jobs for one in each) == len(jobs)
    assert lag.total.started == sum(one.started for one in each)
    assert lag.total.in_retry == sum(one.in_retry for one in each)
    if lag.total.audio_seconds is not None:
        parts = sum(one.audio_seconds or 0 for one in each)
        assert lag.total.audio_seconds == pytest.approx(parts, abs=0.01)


def test_the_document_has_the_total_and_every_partition() -> None:
    document = measure([job(1, seconds=4)], [1, 0]).document(NOON)

    nothing = {"jobs": 0, "audio_seconds": 0, "oldest_seconds": None, "started": 0, "in_retry": 0}
    assert document["measured_at"] == "2026-11-23T12:00:00.000+00:00"
    assert document["jobs"] == 1
    assert document["partitions"] == [
        {"partition": 0, **nothing},
        {"partition": 1, **nothing, "jobs": 1, "audio_seconds": 4, "oldest_seconds": 0},
    ]
