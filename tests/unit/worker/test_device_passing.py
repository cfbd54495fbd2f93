"""Whether short recordings pass one whose model finds no room, and do not keep it waiting."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from consumer.core.model import CatalogueModel, Partition
from consumer.core.work import Prepared, Task
from schemas.codec import decode_job
from tests.fakes.audio import waveform
from tests.fakes.jobs import MODEL, OUTPUT_URI, job_bytes, prepared, record, task, ticket
from tests.fakes.operation import FakeOperation
from tests.unit.worker.device_world import PATIENCE_SECONDS, POLICY, STICKINESS, Device

LONG_SECONDS = POLICY.long_seconds + 1
LONG_STEPS = 400
OTHER = CatalogueModel("other", "other")
MOMENT = 3.0
"""Seconds between two batches: answers and the end are steps that take no time of their own."""
OLD = STICKINESS.max_wait_seconds


def waiting(model: CatalogueModel, partition: int, offset: int, steps: int, at: float) -> Prepared:
    """A short recording that takes so many steps."""
    value = job_bytes()
    of = ticket(record(value, offset, Partition("jobs", partition)))
    samples = waveform([0.5] * steps)
    return Prepared(Task(of, decode_job(value), model, OUTPUT_URI), samples, at)


def began(recording: Prepared) -> float:
    return recording.ready_at + recording.task.timings["device_wait"]


def ended(recording: Prepared) -> float:
    return began(recording) + recording.task.timings["device"]


@dataclass(frozen=True)
class Arrival:
    """Who comes while the long recording is under way; lines of one model each."""

    at: float
    model: CatalogueModel
    steps: int


def beside_a_long_recording(arrivals: Sequence[Arrival]) -> tuple[Prepared, list[Prepared]]:
    """Let them come, a second passing with each step; the long one, and the others."""
    steps_before = {LONG_SECONDS: LONG_STEPS, **{n / 16_000: n for n in range(1, 100)}}
    operation, left = FakeOperation(steps_before=steps_before), list(arrivals)
    came: list[Prepared] = []
    device = Device(operation, replace(POLICY, max_jobs=2))
    long = prepared(task(), seconds=LONG_SECONDS)

    def pass_time() -> None:
        device.clock.advance(1.0)
        while left and left[0].at <= device.clock.monotonic():
            one, line = left.pop(0), len(came)
            came.append(waiting(one.model, 1 + line, line, one.steps, device.clock.monotonic()))
            device.room.enter(came[-1])

    operation.on_step = pass_time
    device.room.enter(long)
    with device.thread:
        for _ in range(1 + len(arrivals)):
            device.answers.get(timeout=PATIENCE_SECONDS)
    return long, came


arrivals = st.lists(
    st.builds(
        Arrival, st.floats(0, LONG_STEPS), st.sampled_from([MODEL, OTHER]), st.integers(1, 60)
    ),
    max_size=20,
).map(lambda found: sorted(found, key=lambda arrival: arrival.at))


@given(arrivals=arrivals)
@settings(max_examples=30, deadline=None)
def test_the_device_does_what_it_can_beside_a_long_recording(arrivals: list[Arrival]) -> None:
    long, others = beside_a_long_recording(arrivals)

    for waited in (one for one in others if one.task.model is MODEL):
        busy_until = waited.ready_at + MOMENT
        for one in sorted(others, key=began):
            if began(one) <= busy_until:
                busy_until = max(busy_until, ended(one) + MOMENT)
        assert min(began(waited), ended(long)) <= busy_until


@given(arrivals=arrivals)
@settings(max_examples=30, deadline=None)
def test_nobody_begins_before_one_that_waited_for_a_long_recording(
    arrivals: list[Arrival],
) -> None:
    long, others = beside_a_long_recording([Arrival(1.0, OTHER, 1), *arrivals])

    first, over = others[0], ended(long) + MOMENT
    beside = [ended(one) for one in others if began(one) <= over]
    assert over >= OLD
    assert began(first) <= max([over, *beside]) + MOMENT
    assert not [one for one in others if over < began(one) < began(first)]


def test_behind_one_that_is_passed_its_partition_waits() -> None:
    operation = FakeOperation(steps_before={LONG_SECONDS: LONG_STEPS})
    device = Device(operation)
    device.clock.advance(2 * OLD)
    mine, behind = waiting(OTHER, 1, 0, 1, at=0.0), waiting(MODEL, 1, 1, 1, at=2 * OLD)
    passing, long = waiting(MODEL, 2, 0, 1, at=2 * OLD), prepared(task(), seconds=LONG_SECONDS)
    for recording in (long, mine, behind, passing):
        device.room.enter(recording)

    with device.thread:
        order = [device.answers.get(timeout=PATIENCE_SECONDS)[0] for _ in range(4)]

    assert order == [one.task for one in (passing, long, mine, behind)]
