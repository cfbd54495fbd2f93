"""Whether the simulated memory is bounded as the worker's is."""

from consumer.core.model import Partition
from tests.simulation.job import BYTES_PER_SECOND, DIARIZE, Job
from tests.simulation.room import Room


def recording(seconds: float) -> Job:
    return Job(0.0, seconds, DIARIZE, Partition("jobs", 0), 0)


def test_whoever_fits_comes_in_when_somebody_leaves() -> None:
    room = Room(max_recordings=2, max_bytes=10 * BYTES_PER_SECOND)
    first, second, third = recording(8.0), recording(5.0), recording(2.0)
    inside: list[Job] = []
    for job in (first, second, third):
        room.enter(job, inside.append)
    assert inside == [first, third]

    room.leave(first)

    assert inside == [first, third, second]
    assert room.held_bytes == 7 * BYTES_PER_SECOND


def test_what_is_larger_than_the_room_has_it_for_itself() -> None:
    room = Room(max_recordings=2, max_bytes=10 * BYTES_PER_SECOND)
    small, huge = recording(1.0), recording(100.0)
    inside: list[Job] = []
    room.enter(small, inside.append)
    room.enter(huge, inside.append)
    assert inside == [small]

    room.leave(small)

    assert inside == [small, huge]
