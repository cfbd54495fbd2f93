"""Whether the backlog is told as it is, and not at all where it is not known."""

import pytest

from consumer.core.backlog import MEMORY_SECONDS, Backlog, BacklogWatch, Pace, Sights
from consumer.core.model import Partition
from consumer.core.standing import Reached, Standing

ONE, TWO = Partition("jobs", 1), Partition("jobs", 2)
UTC_MS = 1_000_000.0


def standing(
    *reached: Reached, working_seconds: float = 0.0, oldest_ms: int | None = None
) -> Standing:
    """Partitions one and two, as far as there are any, after some work."""
    partitions = dict(zip((ONE, TWO), reached, strict=False))
    return Standing(
        working_seconds, working_seconds > 0, partitions=partitions, oldest_ms=oldest_ms
    )


def watching(*reached: Reached, oldest_ms: int | None = None) -> BacklogWatch:
    """A worker that went through 4 jobs of a minute each, in 20 seconds."""
    watch = BacklogWatch()
    watch.pace.ran(4, 240.0)
    watch.stands(standing(*reached, working_seconds=20.0, oldest_ms=oldest_ms))
    return watch


class TestBacklog:
    def test_of_a_worker_that_knows_nothing_is_nothing_known(self) -> None:
        assert BacklogWatch().backlog(0.0, UTC_MS) == Backlog()

    def test_counts_what_is_unfinished_and_what_was_not_read(self) -> None:
        watch = watching(Reached(next=10, end=10, unfinished=3), Reached(0, 0, 0))

        watch.saw({ONE: 14, TWO: 0}, now=1.0)

        assert watch.backlog(1.0, UTC_MS).jobs == {ONE: 7, TWO: 0}

    def test_says_nothing_of_a_partition_whose_end_was_not_seen(self) -> None:
        watch = watching(Reached(10, 10, 3), Reached(0, 0, 1))

        watch.saw({ONE: 10}, now=1.0)

        assert watch.backlog(1.0, UTC_MS).jobs == {ONE: 3}

    def test_forgets_a_partition_that_has_gone(self) -> None:
        watch = watching(Reached(0, 0, 0), Reached(0, 0, 0))
        watch.saw({ONE: 5, TWO: 5}, now=1.0)

        watch.stands(standing(Reached(0, 0, 0)))

        assert watch.backlog(2.0, UTC_MS).jobs == {ONE: 5}
        assert watch.partitions == [ONE]

    def test_guesses_audio_and_time_from_what_has_run(self) -> None:
        watch = watching(Reached(0, 0, 0))

        watch.saw({ONE: 10}, now=1.0)

        backlog = watch.backlog(1.0, UTC_MS)
        assert backlog.audio_seconds == pytest.approx(600.0)
        assert backlog.eta_seconds == pytest.approx(50.0, rel=0.05)

    def test_before_the_first_job_there_is_no_guess(self) -> None:
        watch = BacklogWatch()
        watch.stands(standing(Reached(0, 0, 0)))

        watch.saw({ONE: 10}, now=1.0)

        backlog = watch.backlog(1.0, UTC_MS)
        assert (backlog.audio_seconds, backlog.eta_seconds) == (None, None)

    def test_nothing_to_do_takes_no_time_whatever_is_known(self) -> None:
        watch = BacklogWatch()
        watch.stands(standing(Reached(7, 7, 0)))

        watch.saw({ONE: 7}, now=1.0)

        backlog = watch.backlog(1.0, UTC_MS)
        assert (backlog.audio_seconds, backlog.eta_seconds) == (0.0, 0.0)
        assert backlog.oldest_seconds is None

    def test_a_job_in_our_care_is_as_old_as_it_says(self) -> None:
        watch = watching(Reached(1, 1, 1), oldest_ms=round(UTC_MS) - 90_000)

        watch.saw({ONE: 1}, now=1.0)

        assert watch.backlog(1.0, UTC_MS).oldest_seconds == 90.0

    def test_a_job_that_was_not_read_is_as_old_as_it_was_first_seen(self) -> None:
        watch = watching(Reached(5, 5, 0))
        for now, end in [(10.0, 5), (20.0, 6), (30.0, 9)]:
            watch.saw({ONE: end}, now)

        assert watch.backlog(50.0, UTC_MS).oldest_seconds == 30.0


class TestSights:
    def test_what_was_never_seen_has_no_age(self) -> None:
        sights = Sights()
        sights.see(5, now=1.0)

        assert sights.seconds_since(5, now=9.0) is None
        assert sights.seconds_since(4, now=9.0) == 8.0

    def test_keeps_the_last_sight_and_drops_what_tells_of_finished_offsets(self) -> None:
        sights = Sights()
        for now, end in [(1.0, 2), (2.0, 4), (3.0, 6)]:
            sights.see(end, now)

        sights.forget_before(6)

        assert sights.end == 6
        assert sights.seconds_since(3, now=5.0) == 2.0


class TestPace:
    def test_idle_time_makes_nobody_slow(self) -> None:
        pace = Pace()
        pace.ran(1, 100.0)
        pace.worked(10.0)

        assert pace.audio_seconds_per_second == pytest.approx(10.0, rel=0.02)

    def test_says_no_speed_before_it_has_worked_for_a_while(self) -> None:
        pace = Pace()
        pace.ran(1, 100.0)
        pace.worked(1.0)

        assert pace.audio_seconds_per_second is None

    def test_believes_the_present(self) -> None:
        pace = Pace()
        for audio_seconds in (1000.0, 10.0):
            for _ in range(round(5 * MEMORY_SECONDS)):
                pace.ran(1, audio_seconds)
                pace.worked(1.0)

        assert pace.audio_seconds_per_second == pytest.approx(10.0, rel=1.0)
        assert pace.audio_seconds_per_job == pytest.approx(10.0, rel=1.0)
