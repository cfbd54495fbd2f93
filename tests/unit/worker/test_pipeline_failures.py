"""Whether whatever fails in a stage fails its own job alone, and says so."""

import random
from collections.abc import Sequence

import pytest

from consumer.core.errors import (
    DeviceDead,
    JobError,
    ObjectExists,
    ObjectNotFound,
    OutOfMemory,
    StorageUnavailable,
    StoreError,
)
from consumer.core.ports import Answer
from consumer.core.work import Prepared
from schemas.codec import decode_result
from schemas.job import Job
from tests.fakes.jobs import job_bytes
from tests.fakes.operation import FakeOperation, one_speaker
from tests.unit.worker.pipeline_world import (
    BOOM_URI,
    PATIENCE_SECONDS,
    BrokenRendering,
    ForgetfulReporter,
    serving,
)

FAILURES: list[StoreError | StorageUnavailable] = [
    StorageUnavailable("down"),
    ObjectNotFound("gone"),
    ObjectExists("taken"),
]


@pytest.mark.parametrize("seed", range(5))
def test_every_job_comes_out_once_while_store_and_device_fail_now_and_then(seed: int) -> None:
    chance = random.Random(seed)

    def answers(batch: Sequence[Prepared]) -> Sequence[Answer]:
        if chance.random() < 0.5:
            raise RuntimeError("now and then")
        return one_speaker(batch)

    with serving(FakeOperation(answers)) as world:
        for wave in range(5):
            world.store.fail_next(*chance.choices(FAILURES, k=chance.randrange(8)))
            tickets = world.submit(*[job_bytes(job_id=f"{wave}-{n % 4}") for n in range(12)])
            ended = [completion.ticket for completion in world.ended(len(tickets))]

            assert sorted(t.record.offset for t in ended) == [t.record.offset for t in tickets]

        assert list(world.pipeline.completions()) == []

    assert world.crashes.empty()


def test_a_bug_in_a_stage_fails_its_job_alone_as_internal() -> None:
    with serving() as world:
        world.submit(job_bytes(audio={"uri": BOOM_URI}), job_bytes())
        codes = {c.ticket.record.offset: c.code for c in world.ended(2)}

    assert codes == {0: "internal", 1: None}
    assert [str(error) for error in world.telemetry.crashes] == ["a bug"]
    assert world.crashes.empty()


def test_a_bug_while_storing_fails_its_job_alone_as_internal() -> None:
    with serving(BrokenRendering()) as world:
        world.submit(job_bytes(job_id="a", output={"formats": ["rttm"]}), job_bytes(job_id="b"))
        codes = {c.job_id: c.code for c in world.ended(2)}

    assert codes == {"a": "internal", "b": None}


def test_the_message_of_a_bug_tells_no_more_than_its_kind() -> None:
    with serving() as world:
        world.submit(job_bytes(audio={"uri": BOOM_URI}))
        [result] = world.results(1)

    assert result.error is not None
    assert result.error.retryable
    assert result.error.message == "RuntimeError in this worker; its log has the traceback"


def test_a_store_that_fails_while_storing_fails_the_job_with_its_code() -> None:
    def answers(batch: Sequence[Prepared]) -> Sequence[Answer]:
        world.store.fail_next(StorageUnavailable("down"))
        return one_speaker(batch)

    with serving(FakeOperation(answers)) as world:
        world.submit(job_bytes())
        [completion] = world.ended(1)

    assert completion.code == "storage_unavailable"


def test_the_twin_of_a_job_that_failed_runs_itself() -> None:
    found: list[Answer | JobError] = [OutOfMemory("too long")]

    def answers(batch: Sequence[Prepared]) -> Sequence[Answer | JobError]:
        assert world.claims.somebody_waits.wait(PATIENCE_SECONDS)
        return [found.pop()] if found else one_speaker(batch)

    with serving(FakeOperation(answers)) as world:
        world.submit(job_bytes(), job_bytes())
        codes = [completion.code for completion in world.ended(2)]

    assert codes == ["out_of_memory", None]


def test_a_device_that_dies_is_reported_and_ends_no_job() -> None:
    fault = DeviceDead("an illegal memory access was encountered")

    def answers(_: Sequence[Prepared]) -> Sequence[Answer]:
        raise fault

    with serving(FakeOperation(answers)) as world:
        tickets = world.submit(job_bytes())

        assert world.crashes.get(timeout=PATIENCE_SECONDS) is fault
        assert list(world.pipeline.completions()) == []
        assert list(world.pipeline.on_device) == tickets


def test_a_bug_met_while_the_messages_are_made_fails_its_job_alone() -> None:
    with serving(reporter=ForgetfulReporter("succeeded")) as world:
        world.submit(job_bytes(job_id="a"), job_bytes(audio={"uri": "s3://calls/missing.wav"}))
        completions = {c.ticket.record.offset: c for c in world.ended(2)}

    assert {offset: c.code for offset, c in completions.items()} == {
        0: "internal",
        1: "audio_not_found",
    }
    assert completions[0].setback is not None
    assert world.crashes.empty()


def test_a_record_that_meets_a_bug_when_it_is_read_ends_as_internal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def break_down(_: bytes) -> Job:
        raise RecursionError("a bug")

    monkeypatch.setattr("consumer.core.intake.decode_job", break_down)
    with serving() as world:
        world.submit(job_bytes())
        [completion] = world.ended(1)

    assert completion.code == "internal"
    assert len(world.telemetry.crashes) == 1


def test_a_job_whose_failure_cannot_be_told_in_full_is_told_in_short() -> None:
    with serving(reporter=ForgetfulReporter("succeeded", "failed")) as world:
        world.submit(job_bytes(job_id="a"))
        [completion] = world.ended(1)
        world.submit(b"not json")
        [other] = world.ended(1)

    result = decode_result(completion.messages[0].value or b"")
    assert (result.job_id, result.audio, completion.code) == ("a", None, "internal")
    assert other.code == "invalid_job"
    assert world.crashes.empty()


def test_a_twin_goes_on_when_the_messages_of_the_first_cannot_be_made() -> None:
    def answers(batch: Sequence[Prepared]) -> Sequence[Answer]:
        assert world.claims.somebody_waits.wait(PATIENCE_SECONDS)
        return one_speaker(batch)

    with serving(FakeOperation(answers), ForgetfulReporter("succeeded")) as world:
        world.submit(job_bytes(), job_bytes())

        assert [completion.code for completion in world.ended(2)] == ["internal", "internal"]
