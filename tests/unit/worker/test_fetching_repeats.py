"""Whether what was computed before, or is being computed, is not computed again."""

import pytest

from consumer.core.errors import (
    AudioChanged,
    AudioUndecodable,
    NoLongerOurs,
    StorageUnavailable,
)
from tests.fakes.clock import START
from tests.fakes.jobs import task
from tests.unit.worker.fetching_world import DIGEST, World, audio


@pytest.fixture
def world() -> World:
    return World()


class TestReuse:
    def test_a_stored_result_is_taken_without_download_or_decoding(self, world: World) -> None:
        kept = world.computed()
        world.decoder.answer = AudioUndecodable("must not come so far")
        world.store.break_next_link(heals=False)

        assert world.fetcher.fetch(task()) == kept

    def test_a_stored_result_is_taken_also_after_the_deadline(self, world: World) -> None:
        kept = world.computed()

        assert world.fetcher.fetch(task(deadline=START.isoformat())) == kept

    def test_a_job_that_names_the_right_hash_takes_it(self, world: World) -> None:
        kept = world.computed()

        assert world.fetcher.fetch(audio(sha256=DIGEST)) == kept

    def test_a_job_that_names_another_hash_does_not(self, world: World) -> None:
        world.computed()

        with pytest.raises(AudioChanged, match=DIGEST):
            world.fetcher.fetch(audio(sha256="0" * 64))

    def test_other_parameters_or_a_recomputation_are_another_result(self, world: World) -> None:
        world.computed()

        assert world.prepared(task(recompute_id="again"))
        assert world.prepared(task(params={"num_speakers": 2}))


class TestTwins:
    def test_the_second_of_two_equal_jobs_waits(self, world: World) -> None:
        first, twin = world.prepared(task()), task()

        assert world.fetcher.fetch(twin) is None
        assert world.claims.release(first.task.key) == [twin]

    def test_a_twin_that_failed_before_it_knew_its_key_holds_no_claim(self, world: World) -> None:
        world.prepared(task())
        twin = task()
        world.fetcher.fetch(twin)
        world.store.fail_next(StorageUnavailable("down"))

        with pytest.raises(StorageUnavailable):
            world.fetcher.fetch(twin)

        assert twin.fingerprint is None

    def test_a_twin_whose_partition_left_while_it_waited_holds_no_claim(self, world: World) -> None:
        world.prepared(task())
        twin = task()
        world.fetcher.fetch(twin)
        twin.ticket.assignment.live = False

        with pytest.raises(NoLongerOurs):
            world.fetcher.fetch(twin)

        assert twin.fingerprint is None
