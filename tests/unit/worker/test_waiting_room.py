"""Whether recordings wait for the device in a bounded room, and nobody waits for ever."""

import threading
from collections.abc import Callable

from consumer.waiting_room import WaitingRoom
from tests.fakes.jobs import prepared, task
from tests.unit.worker.device_world import PATIENCE_SECONDS

NOT_YET_SECONDS = 0.05


def test_a_large_recording_is_not_passed_by_small_ones_for_ever() -> None:
    small = [prepared(task(offset=number), seconds=1.0) for number in range(3)]
    large = prepared(task(offset=3), seconds=4.0)
    room = WaitingRoom(max_recordings=10, max_bytes=3 * small[0].bytes)
    room.enter(small[0])
    room.enter(small[1])

    large_is_in = _in_the_background(lambda: room.enter(large))
    assert not large_is_in.wait(NOT_YET_SECONDS)
    last_is_in = _in_the_background(lambda: room.enter(small[2]))
    assert not last_is_in.wait(NOT_YET_SECONDS)
    for recording in room.take(0.0):
        room.leave(recording)

    assert large_is_in.wait(PATIENCE_SECONDS)
    assert list(room.take(0.0)) == [large]
    room.leave(large)
    assert last_is_in.wait(PATIENCE_SECONDS)


def test_the_device_hears_of_it_when_nobody_is_on_the_way_any_more() -> None:
    room = WaitingRoom(max_recordings=1, max_bytes=1)
    seen: list[int] = []

    with room.expected():
        assert room.is_expecting
        room.take(0.0)
        looked_around = _in_the_background(lambda: seen.append(len(room.take(None))))
        assert not looked_around.wait(NOT_YET_SECONDS)

    assert looked_around.wait(PATIENCE_SECONDS)
    assert seen == [0]
    assert not room.is_expecting


def _in_the_background(work: Callable[[], None]) -> threading.Event:
    done = threading.Event()

    def run() -> None:
        work()
        done.set()

    threading.Thread(target=run, daemon=True).start()
    return done
