"""Whether every job that goes in comes out once, whatever happens to it on the way."""

from collections.abc import Collection, Sequence
from hashlib import sha256

from consumer.core.errors import StorageUnavailable
from consumer.core.offsets import Ticket
from consumer.core.ports import Answer
from consumer.core.work import Prepared, Setback
from tests.fakes.jobs import AUDIO_URI, job_bytes
from tests.fakes.operation import FakeOperation, one_speaker
from tests.unit.worker.pipeline_world import BOOM_URI, PATIENCE_SECONDS, serving


def test_a_job_is_fetched_run_stored_and_announced() -> None:
    with serving() as world:
        world.submit(job_bytes())
        [result] = world.results(1)

    stored = world.store.stored(result.outputs[0].uri)
    assert stored is not None
    assert sha256(stored.content).hexdigest() == result.outputs[0].sha256
    assert result.status == "succeeded"
    assert not result.reused
    assert result.timings.queued == 2.0
    assert None not in (result.timings.fetch, result.timings.device, result.timings.store)


def test_every_job_that_goes_in_comes_out_once() -> None:
    kinds = (
        job_bytes(),
        job_bytes(output={"formats": ["rttm"]}),
        b"not json",
        job_bytes(operation="translate"),
        job_bytes(audio={"uri": "s3://calls/missing.wav"}),
        job_bytes(audio={"uri": BOOM_URI}),
    )
    values = [*kinds * 3, *(job_bytes(job_id=f"call-{number}") for number in range(20))]

    with serving() as world:
        tickets = world.submit(*values)
        ended = [completion.ticket for completion in world.ended(len(values))]

    assert sorted(t.record.offset for t in ended) == [t.record.offset for t in tickets]
    assert list(world.pipeline.completions()) == []
    assert world.crashes.empty()


def test_the_same_job_twice_at_once_is_computed_once() -> None:
    def answers(batch: Sequence[Prepared]) -> Sequence[Answer]:
        assert world.claims.somebody_waits.wait(PATIENCE_SECONDS)
        return one_speaker(batch)

    with serving(FakeOperation(answers)) as world:
        world.submit(job_bytes(), job_bytes())
        results = world.results(2)

    assert [result.reused for result in results] == [False, True]
    assert results[0].outputs == results[1].outputs
    assert [len(batch) for batch in world.operation.batches] == [1]


def test_says_which_jobs_are_on_the_device_and_which_were_there_until_they_are_taken_out() -> None:
    seen = list[tuple[Collection[Ticket], Collection[Ticket]]]()

    def answers(batch: Sequence[Prepared]) -> Sequence[Answer]:
        seen.append((world.pipeline.on_device, world.pipeline.nearly_done))
        return one_speaker(batch)

    with serving(FakeOperation(answers)) as world:
        first, _ = world.submit(job_bytes(), b"not json")
        assert world.claims.released.wait(PATIENCE_SECONDS)

        assert seen == [((first,), [first])]
        assert list(world.pipeline.on_device) == []
        assert world.pipeline.nearly_done == [first]

        world.ended(2)
        assert world.pipeline.nearly_done == []


def test_an_object_store_that_is_silent_is_a_setback_and_a_stored_result_an_answer() -> None:
    with serving() as world:
        world.store.fail_next(StorageUnavailable("down", AUDIO_URI, everybody=True))
        world.submit(job_bytes())
        [silent] = world.ended(1)
        world.submit(job_bytes())
        [answered] = world.ended(1)

    assert silent.setback == Setback("storage_unavailable", "down", AUDIO_URI, True)
    assert not silent.store_answered
    assert answered.setback is None
    assert answered.store_answered
